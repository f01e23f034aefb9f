import { call } from "./api.js";
import { fromBase64 } from "./token-list.js";

/** Ids that come one after the other, shown with their text. While an answer to one question is on its way, what comes
 *  waits for the next. */
export class IdStream {
    constructor(flow) {
        this.flow = flow;
        this.clear();
    }

    clear() {
        this.ids = [];
        this.asked = 0;
        this.turn = {};
        this.flow.show([], [], new Uint8Array(0));
    }

    /** @param isPrompt Whether the ids are the prompt's, after which those of the model begin. */
    add(ids, isPrompt = false) {
        this.ids.push(...ids);
        if (isPrompt) {
            this.flow.marks.kept = this.ids.length;
        }

        this.drained ??= this.#drain().finally(() => this.drained = null);
        return this.drained;
    }

    async #drain() {
        const turn = this.turn;
        while (turn === this.turn && this.asked < this.ids.length) {
            const ids = this.ids.slice(this.asked);
            this.asked = this.ids.length;
            const { byte_lengths: lengths, bytes } = await call("/detokenize", { tokens: ids });
            if (turn === this.turn) {
                const root = this.flow.root;
                const isAtEnd = root.scrollHeight - root.scrollTop - root.clientHeight < 60;
                this.flow.append(ids, lengths, fromBase64(bytes));
                if (isAtEnd) {
                    root.scrollTop = root.scrollHeight;
                }
            }
        }
    }
}
