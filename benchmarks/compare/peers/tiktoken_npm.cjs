// Times npm's tiktoken (WASM) as ../README.md asks: node tiktoken_npm.cjs FILE whole|docs|cold|fresh PASSES
// The package is looked for where the command runs, then beside this script, then in NODE_PATH.
'use strict';
const fs = require('fs');
const path = require('path');

const Sizes = { docs: 1024, fresh: 4096 };
const WarmUp = 'quorvex Brindlewap\'s 4711 mégalöthe вздорник ΦΡΥΓΩΝ 漢霧 かぜたび 바람돌 غيمات पवनचक 👩‍🚀 {"k": x_17}; // ==>\r\n\tthe end\n';

function findTiktoken() {
  try {
    return require(require.resolve('tiktoken', { paths: [process.cwd(), __dirname] }));
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    console.error("npm's package tiktoken was not found");
    process.exit(127);
  }
}

// The thread's time where node can tell it (from 23.9), else the process's, whose compiler threads count too.
function cpuSeconds() {
  const used = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (used.user + used.system) / 1e6;
}

// Documents that end with the first line end at or after a size, or at four times that, between characters.
function cut(utf8, size) {
  const documents = [];
  for (let start = 0; start < utf8.length;) {
    let end = Math.min(start + 4 * size, utf8.length);
    const lineEnd = utf8.subarray(0, end).indexOf(10, start + size - 1);
    if (lineEnd >= 0) end = lineEnd + 1;
    while (end < utf8.length && (utf8[end] & 0xC0) === 0x80) end--;
    documents.push(utf8.subarray(start, end));
    start = end;
  }
  return documents;
}

// FNV-1a of 64 bits in two halves. The prime is 2^40 + 0x1b3; all products stay below 2^53.
function fnv1a64(documents) {
  let high = 0xcbf29ce4, low = 0x84222325;
  for (const ids of documents) {
    for (const id of ids) {
      for (let shift = 0; shift < 32; shift += 8) {
        const mixed = (low ^ ((id >>> shift) & 0xFF)) >>> 0;
        const product = mixed * 0x1b3;
        low = product % 4294967296;
        high = (high * 0x1b3 + Math.floor(product / 4294967296) + mixed * 256) % 4294967296;
      }
    }
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

const tiktoken = findTiktoken();
const [file, mode, passes] = process.argv.slice(2);
const loadStart = performance.now();
const encoding = tiktoken.get_encoding('o200k_base');
encoding.encode_ordinary('a');
const loadMs = performance.now() - loadStart;

const utf8 = fs.readFileSync(file);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const documents = (mode in Sizes ? cut(utf8, Sizes[mode]) : [utf8]).map(document => decoder.decode(document));
for (let i = 0; i < 200; i++) encoding.encode_ordinary(WarmUp);

const seconds = [];
let ids;
for (let pass = 0; pass < Number(passes); pass++) {
  const start = cpuSeconds();
  ids = documents.map(document => encoding.encode_ordinary(document));
  seconds.push(Math.max(cpuSeconds() - start, 1e-9));
}

const megabytes = utf8.length / 1e6;
const sorted = [...seconds].sort((a, b) => a - b);
const middle = sorted.length >> 1;
const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
console.log(JSON.stringify({
  file: path.basename(file),
  bytes: utf8.length,
  documents: documents.length,
  tokens: ids.reduce((sum, document) => sum + document.length, 0),
  fnv1a64: fnv1a64(ids),
  load_ms: loadMs,
  first_mb_s: megabytes / seconds[0],
  best_mb_s: megabytes / sorted[0],
  median_mb_s: megabytes / median,
  peak_rss_bytes: process.resourceUsage().maxRSS * 1024,
}));
