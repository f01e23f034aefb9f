/** Where the ranked tokens of both encodings end: from here on, ids are special tokens. */
const FirstSpecial = 199_998;

/** Ids and the bytes that they stand for, in order. */
export class TokenList {
    constructor() {
        this.clear();
    }

    clear() {
        this.ids = [];
        this.ends = [];
        this.bytes = new Uint8Array(0);
        this.counts = null;
    }

    get length() {
        return this.ids.length;
    }

    append(ids, lengths, bytes) {
        let end = this.ends.at(-1) ?? 0;
        if (this.length === 0) {
            this.bytes = bytes;
        } else {
            const joined = new Uint8Array(this.bytes.length + bytes.length);
            joined.set(this.bytes);
            joined.set(bytes, this.bytes.length);
            this.bytes = joined;
        }

        for (let i = 0; i < ids.length; i++) {
            this.ids.push(ids[i]);
            this.ends.push(end += lengths[i]);
        }

        this.counts = null;
    }

    startOf(index) {
        return index === 0 ? 0 : this.ends[index - 1];
    }

    bytesOf(index) {
        return this.bytes.subarray(this.startOf(index), this.ends[index]);
    }

    isSpecial(index) {
        return this.ids[index] >= FirstSpecial;
    }

    /** Whether the id is in no vocabulary. */
    isUnknown(index) {
        return this.startOf(index) === this.ends[index];
    }

    /** How often an id is in the list. */
    countOf(id) {
        if (this.counts === null) {
            this.counts = new Map();
            for (const one of this.ids) {
                this.counts.set(one, (this.counts.get(one) ?? 0) + 1);
            }
        }

        return this.counts.get(id) ?? 0;
    }
}

/** The bytes of base64. */
export const fromBase64 = text => Uint8Array.from(atob(text), char => char.charCodeAt(0));
