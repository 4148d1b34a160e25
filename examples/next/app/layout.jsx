import "./style.css";

export const metadata = { title: "refinire-web in Next", icons: "data:," };

export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
