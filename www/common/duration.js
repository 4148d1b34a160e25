// A time in words.
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 2, minimumFractionDigits: 2 });

export const duration = (ms) => (ms < 1000 ? `${whole.format(ms)} ms` : `${fine.format(ms / 1000)} s`);
