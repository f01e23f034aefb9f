import { el, format, plural } from "./dom.js";
import { TokenFlow } from "./token-flow.js";

/** The author of a message, and where it goes. */
export function describe(message) {
    return [
        el("span", { class: `role role-${message.role}`, text: message.role }),
        message.name && el("span", { class: "muted", text: message.name }),
        message.recipient && el("span", { text: `to ${message.recipient}` }),
        message.channel && el("span", { class: "pill", text: message.channel }),
        message.content_type && el("span", { class: "pill", text: message.content_type }),
    ].filter(Boolean);
}

/** The text of a message as its JSON has it; other contents by their type. */
function textOf(message) {
    const contents = Array.isArray(message.content) ? message.content : [message.content];
    return contents.map(one => typeof one === "string" ? one : one?.text ?? `(${one?.type})`).join("");
}

/** Shows a prompt message by message, with those that are left out at their place. */
export function showPrompt(output, messages, answer, details) {
    const bytes = new TextEncoder().encode(answer.prompt);
    const sections = [];
    let byte = 0;
    let expected = 0;
    const leftOut = until => {
        for (; expected < until; expected++) {
            sections.push(dropped(messages[expected], expected));
        }
    };
    const flows = [];
    answer.parts.forEach((part, index) => {
        leftOut(part.message ?? messages.length);
        expected = (part.message ?? expected) + (part.message === undefined ? 0 : 1);
        const lengths = answer.byte_lengths.slice(part.start, part.start + part.count);
        const end = lengths.reduce((sum, length) => sum + length, byte);
        const root = el("div", {
            class: "flow", id: `render-flow-${index}`, role: "listbox", tabindex: "0", "aria-orientation": "horizontal",
            "aria-label": part.message === undefined ? "Ids of the next turn" : `Ids of message ${part.message + 1}`,
        });
        sections.push(el("article", { class: "part" },
            el("header", {},
                el("span", { class: "number", text: part.message === undefined ? "→" : part.message + 1 }),
                ...part.message === undefined
                    ? [el("span", { text: "the next turn begins" })]
                    : describe(messages[part.message]),
                el("span", { class: "grow" }),
                cacheNote(part, answer.unchanged_count),
                el("span", { class: "muted", text: plural(part.count, "id") })),
            root));
        flows.push({ root, part, lengths, bytes: bytes.subarray(byte, end) });
        byte = end;
    });
    leftOut(messages.length);
    const top = output.scrollTop;
    output.replaceChildren(...sections);
    for (const { root, part, lengths, bytes: own } of flows) {
        const flow = new TokenFlow(root, details, output);
        root.tokens = flow;
        flow.show(
            answer.tokens.slice(part.start, part.start + part.count), lengths, own,
            { kept: answer.unchanged_count === undefined ? undefined : answer.unchanged_count - part.start });
    }

    output.scrollTop = top;
}

function dropped(message, index) {
    return el("article", { class: "part dropped" },
        el("header", {}, el("span", { class: "number", text: index + 1 }), ...describe(message),
            el("span", { class: "grow" }), el("span", { class: "pill", text: "left out" })),
        el("p", {}, el("s", { text: textOf(message) })));
}

function cacheNote(part, unchanged) {
    if (unchanged === undefined) {
        return null;
    }

    const kept = Math.max(0, Math.min(part.count, unchanged - part.start));
    return kept === part.count ? el("span", { class: "pill ok-pill", text: "cached" })
        : kept === 0 ? el("span", { class: "pill warn-pill", text: "new" })
            : el("span", { class: "pill warn-pill", text: `${format(kept)} of ${format(part.count)} cached` });
}
