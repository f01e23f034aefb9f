/** Reads ids: numbers between white space, commas or brackets, as in JSON. Throws an error with a place. */
export function readIds(text) {
    const ids = [];
    for (const match of text.matchAll(/[^\s,[\]]+/g)) {
        const id = Number(match[0]);
        if (!/^\d+$/.test(match[0]) || id > 0x7fffffff) {
            throw Object.assign(new Error(`‘${match[0].slice(0, 20)}’ is not an id.`), {
                position: new TextEncoder().encode(text.slice(0, match.index)).length,
            });
        }

        ids.push(id);
    }

    return ids;
}
