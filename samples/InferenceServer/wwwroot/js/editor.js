import { el } from "./dom.js";

/** A text area with line numbers that can show a place. */
export class Editor {
    constructor(area) {
        this.area = area;
        this.numbers = el("pre", { class: "line-numbers", "aria-hidden": "true" });
        area.before(this.numbers);
        area.addEventListener("scroll", () => this.numbers.scrollTop = area.scrollTop);
        area.addEventListener("input", () => this.#count());
        this.lines = 0;
        this.#count();
    }

    get value() {
        return this.area.value;
    }

    set value(text) {
        this.area.value = text;
        this.#count();
    }

    /** The line and column of a place that is counted in bytes of UTF-8, and the place in the text area. */
    placeOf(position) {
        const bytes = new TextEncoder().encode(this.value);
        const offset = new TextDecoder().decode(bytes.subarray(0, position)).length;
        const before = this.value.slice(0, offset);
        return { offset, line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
    }

    /** Marks a line's number, or none. */
    mark(line) {
        this.marked = line;
        this.#draw();
    }

    /** Selects the word at a place, and moves there. */
    show({ offset, line }) {
        const rest = /^(?:"(?:[^"\\\n]|\\.)*"?|[\w.+-]+|.)?/s.exec(this.value.slice(offset))[0];
        this.area.focus();
        this.area.setSelectionRange(offset, offset + rest.length);
        const height = parseFloat(getComputedStyle(this.area).lineHeight);
        this.area.scrollTop = Math.max(0, (line - 4) * height);
    }

    #count() {
        let lines = 1;
        for (let at = this.value.indexOf("\n"); at >= 0; at = this.value.indexOf("\n", at + 1)) {
            lines++;
        }

        if (lines !== this.lines) {
            this.lines = lines;
            this.#draw();
        }
    }

    #draw() {
        const number = line => `${line}\n`;
        const all = Array.from({ length: this.lines }, (_, index) => index + 1);
        this.numbers.replaceChildren(...this.marked
            ? [all.slice(0, this.marked - 1).map(number).join(""), el("mark", { text: `${this.marked}` }), "\n",
                all.slice(this.marked).map(number).join("")]
            : [all.map(number).join("")]);
        this.numbers.scrollTop = this.area.scrollTop;
    }
}
