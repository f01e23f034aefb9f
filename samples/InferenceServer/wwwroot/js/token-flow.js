import { el } from "./dom.js";
import { isCombining, markOf, partsOf, spell } from "./characters.js";
import { TokenList } from "./token-list.js";

const Colours = 5;

// A block ends at a line's end once it has so many tokens, and anyway at the second number.
const BlockTokens = 400;
const LongestBlock = 1_600;
const LineHeight = 26;

/** Tokens as text in colours. Only what is near the visible part is in the document: the list is cut into blocks, and a
 *  block has its elements while it is close. */
export class TokenFlow {
    /** @param root The element, a list box.
     *  @param details Shows one token; see TokenDetails.
     *  @param scroller The element that scrolls, if it is another. */
    constructor(root, details, scroller = root) {
        this.root = root;
        this.details = details;
        this.list = new TokenList();
        this.selected = -1;
        this.blocks = [];
        this.marks = {};
        this.observer = new IntersectionObserver(entries => {
            for (const entry of entries) {
                entry.isIntersecting ? this.#fill(entry.target.block) : this.#empty(entry.target.block);
            }
        }, { root: scroller, rootMargin: "800px 0px" });
        root.addEventListener("keydown", event => this.#onKey(event));
        root.addEventListener("click", event => this.#onPoint(event, index => this.select(index)));
        root.addEventListener("pointerover", event => this.#onPoint(event, index => this.details?.show(this, index)));
        root.addEventListener("pointerleave", () => this.details?.show(this, this.selected));
        root.addEventListener("focus", () => {
            if (root.matches(":focus-visible") && this.selected < 0 && this.list.length > 0) {
                this.select(0);
            }
        });
    }

    /** Shows other tokens.
     *  @param marks `cut`: tokens from there on do not fit. `kept`: tokens before are in a cache. `read`: tokens from
     *  there on have not come. `warned`: tokens with a note. */
    show(ids, lengths, bytes, marks = {}) {
        this.observer.disconnect();
        this.root.replaceChildren();
        this.blocks = [];
        this.list = new TokenList();
        this.marks = marks;
        this.selected = -1;
        this.root.removeAttribute("aria-activedescendant");
        this.append(ids, lengths, bytes);
    }

    /** Adds tokens at the end. */
    append(ids, lengths, bytes) {
        this.list.append(ids, lengths, bytes);
        const last = this.blocks.pop();
        if (last) {
            this.observer.unobserve(last.element);
            last.element.remove();
        }

        const from = last?.start ?? 0;
        let start = from;
        let lines = 1;
        for (let i = from; i < this.list.length; i++) {
            const isLineEnd = this.list.bytes[this.list.ends[i] - 1] === 10;
            lines += isLineEnd ? 1 : 0;
            const count = i + 1 - start;
            if ((isLineEnd && count >= BlockTokens) || count >= LongestBlock) {
                this.#addBlock(start, i + 1, lines);
                start = i + 1;
                lines = 1;
            }
        }

        if (start < this.list.length) {
            this.#addBlock(start, this.list.length, lines);
        }
    }

    /** Changes how far the tokens have come. */
    setRead(read) {
        const before = this.marks.read ?? this.list.length;
        this.marks.read = read;
        for (let i = Math.min(before, read) - 1; i <= Math.max(before, read); i++) {
            const token = this.#elementOf(i);
            if (token) {
                this.#dress(token, i);
            }
        }

        this.#elementOf(read - 1)?.scrollIntoView({ block: "nearest" });
    }

    /** Selects a token and shows its details. */
    select(index) {
        this.#elementOf(this.selected)?.setAttribute("aria-selected", "false");
        this.selected = index;
        const block = this.blocks.find(one => index < one.end);
        this.#fill(block);
        const token = this.#elementOf(index);
        token.setAttribute("aria-selected", "true");
        token.scrollIntoView({ block: "nearest" });
        this.root.setAttribute("aria-activedescendant", token.id);
        this.details?.show(this, index, true);
    }

    #addBlock(start, end, lines) {
        const element = el("div", { class: "block", role: "presentation" });
        const block = { start, end, element, isFilled: false };
        element.block = block;
        const characters = this.list.ends[end - 1] - this.list.startOf(start);
        element.style.height = `${Math.max(lines, Math.ceil(characters / 70)) * LineHeight}px`;
        this.blocks.push(block);
        this.root.append(element);

        // The first ones are drawn at once, so that typing never shows an empty frame.
        if (start < BlockTokens) {
            this.#fill(block);
        }

        this.observer.observe(element);
    }

    #fill(block) {
        if (block.isFilled) {
            return;
        }

        const tokens = [];
        for (let i = block.start; i < block.end; i++) {
            tokens.push(this.#create(i));
        }

        block.element.replaceChildren(...tokens);
        block.element.style.height = "";
        block.isFilled = true;
    }

    #empty(block) {
        const isSelected = this.selected >= block.start && this.selected < block.end;
        if (block.isFilled && !isSelected && block.element.isConnected) {
            block.element.style.height = `${block.element.offsetHeight}px`;
            block.element.replaceChildren();
            block.isFilled = false;
        }
    }

    #create(index) {
        const token = el("span", {
            id: `${this.root.id}-${index}`, role: "option", "aria-selected": String(index === this.selected),
            data: { id: this.list.ids[index] },
        });
        token.index = index;
        this.#dress(token, index);
        if (this.list.isUnknown(index)) {
            token.append(`unknown ${this.list.ids[index]}`);
        } else if (this.list.isSpecial(index)) {
            token.append(new TextDecoder().decode(this.list.bytesOf(index)));
        } else {
            for (const part of partsOf(this.list.bytesOf(index))) {
                part.bytes
                    ? token.append(el("code", { class: "raw", text: spell(part.bytes) }))
                    : appendText(token, part.text);
            }
        }

        return token;
    }

    #dress(token, index) {
        const { cut, kept, read, warned } = this.marks;
        const kind = this.list.isUnknown(index) ? "unknown"
            : this.list.isSpecial(index) ? "special" : `c${index % Colours}`;
        const names = ["tok", kind];
        if (index >= cut || index >= read) {
            names.push("ahead");
        }

        if (index === cut || (index === kept && index > 0)) {
            names.push("edge");
        }

        if (index === read - 1) {
            names.push("now");
        }

        if (warned?.has(index)) {
            names.push("warned");
        }

        token.className = names.join(" ");
    }

    #elementOf(index) {
        return index < 0 ? null : document.getElementById(`${this.root.id}-${index}`);
    }

    #onPoint(event, action) {
        const token = event.target.closest("[role=option]");
        if (token) {
            action(token.index);
        }
    }

    #onKey(event) {
        const last = this.list.length - 1;
        const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
        const target = event.key === "Home" ? 0 : event.key === "End" ? last
            : step && (event.key === "ArrowDown" || event.key === "ArrowUp") ? this.#lineFrom(step)
                : step ? this.selected + step : null;
        if (target === null || last < 0 || event.altKey || event.ctrlKey || event.metaKey) {
            return;
        }

        event.preventDefault();
        this.select(Math.max(0, Math.min(last, target)));
    }

    /** The token above or below the selected one. */
    #lineFrom(step) {
        const here = this.#elementOf(this.selected)?.getClientRects()[0];
        if (!here) {
            return 0;
        }

        for (let i = this.selected + step; Math.abs(i - this.selected) < 400; i += step) {
            const there = this.#elementOf(i)?.getClientRects()[0];
            if (there && (there.top - here.top) * step > here.height / 2
                && (step > 0 ? there.right >= here.left + 2 : there.left <= here.left + 2)) {
                return i;
            }
        }

        return this.selected + step;
    }
}

/** Adds text in which characters that show nothing are marked. Spaces and line ends stay what they are, so that the
 *  text wraps, and can be copied. */
export function appendText(parent, text) {
    let plain = "";
    let isFirst = true;
    const flush = () => {
        plain && parent.append(plain);
        plain = "";
    };
    for (const char of text) {
        const code = char.codePointAt(0);
        const mark = markOf(code, char);
        if (mark === null) {
            // What combines with a character of another token stands on a dotted circle.
            plain += isFirst && isCombining(char) ? `\u25cc${char}` : char;
        } else {
            flush();
            parent.append(code === 0x20 ? el("span", { class: "sp", text: char })
                : code === 0x09 ? el("span", { class: "tab", text: char })
                    : code === 0x0a ? el("span", { class: "nl", text: char })
                        : el("span", { class: "mark", text: mark }));
        }

        isFirst = false;
    }

    flush();
}
