/** Contents to begin with. They keep to what mail programs understand: tables, inline styles, no pictures. */
export interface Content {
  readonly html: string;
  readonly text: string;
}

function frame(title: string, rows: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body style="margin:0;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif;color:#1f2328">
  <table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
    <table role="presentation" width="560" cellpadding="0" cellspacing="0" style="background:#ffffff">
${rows}
    </table>
  </td></tr></table>
</body>
</html>
`;
}

export const kStarters = {
  empty: { html: '', text: '' },
  notice: {
    html: frame(
      'A notice',
      `      <tr><td style="padding:32px 40px 8px;font-size:22px;line-height:30px">Hello {{name}}</td></tr>
      <tr><td style="padding:8px 40px 32px;font-size:16px;line-height:24px">We write to tell you that …</td></tr>`,
    ),
    text: 'Hello {{name}}\n\nWe write to tell you that …\n',
  },
  code: {
    html: frame(
      'Your code',
      `      <tr><td style="padding:32px 40px 8px;font-size:16px;line-height:24px">Your code to sign in:</td></tr>
      <tr><td style="padding:8px 40px;font:700 32px/40px monospace;letter-spacing:6px">{{code}}</td></tr>
      <tr><td style="padding:8px 40px 32px;font-size:14px;line-height:22px;color:#57606a">It is valid for ten minutes. If you did not ask for it, ignore this mail.</td></tr>`,
    ),
    text: 'Your code to sign in: {{code}}\n\nIt is valid for ten minutes. If you did not ask for it, ignore this mail.\n',
  },
  newsletter: {
    html: frame(
      'News',
      `      <tr><td style="padding:32px 40px 8px;font-size:24px;line-height:32px">News for {{name}}</td></tr>
      <tr><td style="padding:8px 40px;font-size:16px;line-height:24px">The first story, in two or three sentences.
        <a href="https://shop.example/first" style="color:#0052d9">Read on</a></td></tr>
      <tr><td style="padding:16px 40px 32px;font-size:16px;line-height:24px">The second story.
        <a href="https://shop.example/second" style="color:#0052d9">Read on</a></td></tr>`,
    ),
    text: 'News for {{name}}\n\nThe first story, in two or three sentences.\nhttps://shop.example/first\n\nThe second story.\nhttps://shop.example/second\n',
  },
} as const satisfies Readonly<Record<string, Content>>;

export type StarterName = keyof typeof kStarters;

export type SampleSet = 'typical' | 'empty' | 'long' | 'chinese' | 'arabic' | 'emoji' | 'signs';

export const kSampleSets: readonly SampleSet[] = ['typical', 'empty', 'long', 'chinese', 'arabic', 'emoji', 'signs'];

const kTypical: Readonly<Record<string, string>> = {
  name: 'Ada', first_name: 'Ada', last_name: 'Lovelace', city: 'Lindhaven', code: '493 018', order: '10442',
  points: '1,204', voucher: 'Q496RAFH', date: '24 November', link: 'https://shop.example/',
};

/** A value that shows how a variable behaves; the typical one is guessed from its name. */
export function sampleValue(set: SampleSet, name: string): string {
  switch (set) {
    case 'typical': return kTypical[name.toLowerCase()] ?? name;
    case 'empty': return '';
    case 'long': return 'Maximiliana-Theodora von und zu Sankt Wendelin am Oberen See';
    case 'chinese': return '欧阳明慧（广州市天河区）';
    case 'arabic': return 'عبد الرحمن بن محمد';
    case 'emoji': return 'Zoë 🎉👩‍🔬';
    case 'signs': return `Tom & Jerry "1 < 2"`;
  }
}
