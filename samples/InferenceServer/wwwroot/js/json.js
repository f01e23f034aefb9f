/** Reads JSON. Numbers stay as they are spelled where the browser can do that, so that 1.0 does not become 1. */
export function parse(text) {
    return typeof JSON.rawJSON === "function"
        ? JSON.parse(text, (_, value, context) =>
            typeof value === "number" && context?.source ? JSON.rawJSON(context.source) : value)
        : JSON.parse(text);
}

export const print = value => JSON.stringify(value, null, 2);
