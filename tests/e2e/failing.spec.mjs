import { said } from "./support/chat.mjs";
import { expect, test } from "./support/test.mjs";

test.describe("a refused key", () => {
  test.use({ expectedComplaints: [/status of 401/] });

  test("is explained, and a retry gives the answer", async ({ chat, page }) => {
    await page.route("**/chat/completions", (route) => route.fulfill({ status: 401, json: { error: { message: "No such key." } } }));
    await chat.askAndWait("Hello");
    await expect(chat.problem).toContainText("Access was refused");
    await expect(chat.problem).toContainText("No such key.");
    await page.unroute("**/chat/completions");

    await chat.problem.getByRole("button", { name: "Try again" }).click();
    await expect(chat.problem).toHaveCount(0);
    await chat.ended();
    await chat.shows(said.hello);
    await expect(chat.questions).toContainText(["Hello"]);
    await expect(chat.answers).toHaveCount(1);
  });
});

test.describe("a server that fails for good", () => {
  test.use({ expectedComplaints: [/status of 500/] });

  test("is named after the attempts are used up", async ({ chat }) => {
    await chat.askAndWait("fail with 500");
    await expect(chat.problem).toContainText("The model’s server failed");
    await expect(chat.problem).toContainText("The model fell over, as asked.");
    await chat.askAndWait("Hello");
    await chat.shows(said.hello);
  });
});

test.describe("a cut line", () => {
  test.use({ expectedComplaints: [/ERR_INCOMPLETE_CHUNKED_ENCODING/] });

  test("leaves the text that came, and says that it is not all", async ({ chat, model }) => {
    await chat.ask("Tell me");
    const turn = await model.nextTurn();
    turn.say("It is only half");
    await chat.shows("It is only half");
    turn.cut();
    await chat.ended();
    await expect(chat.problem).toContainText("The connection was lost before the answer was complete");
    await chat.shows("It is only half");

    await chat.reload();
    await chat.shows("It is only half");
    await expect(chat.note).toContainText("interrupted");
  });

  test("can be seen with the stand-in as well", async ({ chat }) => {
    await chat.askAndWait("Cut the connection half way");
    await expect(chat.problem).toContainText("The connection was lost before the answer was complete");
    expect(said.cut.startsWith(await chat.content())).toBe(true);
  });

  test("can be gone on with at once, to the end", async ({ chat, page }) => {
    await chat.askAndWait("Cut the connection half way");
    await expect(chat.problem.getByRole("button")).toHaveText(["Continue", "Try again"]);
    await page.getByRole("button", { name: "Continue" }).click();
    await chat.shows(said.cut);
    await chat.ended();
    await expect(chat.problem).toHaveCount(0);
    await expect(chat.questions).toHaveCount(1);
    await expect(chat.answers).toHaveCount(1);
  });
});

test.describe("a server of one's own that is not there", () => {
  test.use({ expectedComplaints: [/ERR_CONNECTION_REFUSED/] });

  test("is explained", async ({ chat, page }) => {
    await page.route("http://127.0.0.1:9/**", (route) => route.abort("connectionrefused"));
    await chat.useModelAt("http://127.0.0.1:9/v1");
    await chat.askAndWait("Hello");
    await expect(chat.problem).toContainText("The model could not be reached");
  });
});

test("a record of the conversation that cannot be read is said to be set aside, not that nothing is kept", async ({ chat, page }) => {
  await page.evaluate(() => localStorage.setItem("refinire-web:refinire-demo", "no JSON"));
  await chat.reload();
  await expect(page.getByText("This conversation cannot be saved")).toBeHidden();
  await chat.askAndWait("Hello");
  await chat.reload();
  await expect(chat.questions).toContainText(["Hello"]);
});

test("where the conversation cannot be kept the page says so", async ({ chat, page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("there is no room", "QuotaExceededError");
    };
  });
  await chat.reload();
  await chat.askAndWait("Hello");
  await expect(page.getByText("This conversation cannot be saved on this device.")).toBeVisible();
});
