import { around, hex, hexOf, nameOf, partsOf, spell } from "./characters.js";
import { el, format, plural } from "./dom.js";

const MostCharacters = 24;

/** The panel that says everything about one token. */
export class TokenDetails {
    constructor(panel) {
        this.panel = panel;
        this.hint = panel.textContent.trim();
        this.voice = el("p", { class: "sr-only", role: "status" });
        panel.after(this.voice);
    }

    /** @param aloud Whether screen readers read it. */
    show(flow, index, aloud = false) {
        if (index < 0 || index >= flow.list.length) {
            this.panel.replaceChildren(el("p", { class: "hint", text: this.hint }));
            return;
        }

        const list = flow.list;
        const bytes = list.bytesOf(index);
        const parts = partsOf(bytes);
        const kind = list.isUnknown(index) ? "in no vocabulary" : list.isSpecial(index) ? "special token" : "";
        const times = list.countOf(list.ids[index]);
        this.panel.replaceChildren(
            el("p", { class: "detail-head" },
                el("strong", { class: "detail-id", text: list.ids[index] }),
                el("span", { class: "muted", text: `token ${format(index + 1)} of ${format(list.length)}` }),
                kind && el("span", { class: "pill special-pill", text: kind }),
                times > 1 && el("span", { class: "muted", text: `${format(times)} times here` })),
            el("dl", { class: "facts" },
                ...fact("Text", el("code", { class: "literal", text: parts.map(literal).join("") })),
                ...fact(plural(bytes.length, "byte"), el("code", {
                    text: Array.from(bytes, hexOf).join(" ") || "none",
                })),
                ...fact("Place", `bytes ${format(list.startOf(index))} to ${format(list.ends[index])}`),
                ...fact("Characters", characters(parts, list, index))));
        if (aloud) {
            this.voice.textContent = `${parts.map(literal).join("") || "unknown"}, id ${list.ids[index]}, `
                + `${plural(bytes.length, "byte")}${kind && `, ${kind}`}`;
        }
    }
}

function fact(name, value) {
    return [el("dt", { text: name }), el("dd", {}, value)];
}

function literal(part) {
    return part.bytes ? spell(part.bytes) : JSON.stringify(part.text).slice(1, -1).replaceAll('\\"', '"');
}

function characters(parts, list, index) {
    const all = parts.flatMap(part => part.bytes ? [] : Array.from(part.text));
    const cells = all.slice(0, MostCharacters).map(char => {
        const code = char.codePointAt(0);
        const name = nameOf(code);
        return el("span", { class: "char" },
            (!name || code === 0xfffd) && el("b", { text: char }),
            el("code", { text: hex(code) }), name && el("i", { text: name }));
    });
    if (all.length > MostCharacters) {
        cells.push(el("span", { class: "muted", text: `and ${format(all.length - MostCharacters)} more` }));
    }

    for (const part of parts.filter(one => one.bytes)) {
        const start = list.startOf(index) + part.at;
        const whole = around(list.bytes, start, start + part.bytes.length);
        cells.push(whole
            ? el("span", { class: "char" }, el("span", { class: "muted", text: "part of" }),
                ...Array.from(whole, char => el("b", { text: `${char} ${hex(char.codePointAt(0))}` })))
            : el("span", { class: "muted", text: "bytes that are no whole character" }));
    }

    return el("span", { class: "chars" }, ...cells);
}
