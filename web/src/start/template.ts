/** The words of the sample template. */
interface MailWords {
  heading: string;
  first: string;
  second: string;
  third: string;
  foot: string;
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** The sample template as HTML, with the one variable {{name}}. */
export function welcomeHtml(words: MailWords): string {
  return `<!doctype html>
<html><body style="margin:0;padding:24px;font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5;color:#1a1c1f">
<h1 style="font-size:24px">${escaped(words.heading)}</h1>
<p>${escaped(words.first)}</p>
<p>${escaped(words.second)}</p>
<pre style="padding:10px;background:#f3f4f6">{ "name": "{{name}}" }</pre>
<p>${escaped(words.third)}</p>
<hr style="border:0;border-top:1px solid #e4e6ea">
<p style="font-size:12px;color:#5b5f66">${escaped(words.foot)}</p>
</body></html>
`;
}

/** The same as plain text. */
export function welcomeText(words: MailWords): string {
  return [words.heading, words.first, words.second, '{ "name": "{{name}}" }', words.third, words.foot].join('\n\n');
}
