/**
 * JSON laid out line by line, straight from its text: numbers are shown as they were received, and a document of many
 * megabytes costs only the lines that are asked for.
 */
export type TokenKind = 'name' | 'string' | 'number' | 'word' | 'mark';

export interface Token {
  kind: TokenKind;
  text: string;
}

export interface Line {
  indent: number;
  tokens: Token[];
  /** The member that the line holds, and its plain value, for what stands behind it. */
  name?: string;
  value?: string;
}

// Written without a choice inside a repetition, which would exhaust the stack on strings of some megabytes.
const kToken = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/y;
const kBlank = /[ \t\r\n]*/y;

/** Yields the lines of a JSON text. Text that is no JSON is yielded as it is, from the place where it stops being one. */
export function* prettyLines(text: string): Generator<Line> {
  let at = 0;
  let indent = 0;
  let line: Line = { indent, tokens: [] };
  let previous = '';
  const next = (): string | undefined => {
    kBlank.lastIndex = at;
    at += kBlank.exec(text)![0].length;
    if (at >= text.length) return undefined;
    kToken.lastIndex = at;
    const token = kToken.exec(text)?.[0];
    if (token !== undefined) at += token.length;
    return token ?? '';
  };
  for (;;) {
    const token = next();
    if (token === undefined) break;
    if (token === '') {
      line.tokens.push({ kind: 'mark', text: text.slice(at) });
      at = text.length;
      break;
    }
    if (token === '}' || token === ']') {
      indent = Math.max(0, indent - 1);
      if (previous !== '{' && previous !== '[') {
        if (line.tokens.length > 0) yield line;
        line = { indent, tokens: [] };
      }
      line.tokens.push({ kind: 'mark', text: token });
    } else if (token === ',') {
      line.tokens.push({ kind: 'mark', text: ',' });
      yield line;
      line = { indent, tokens: [] };
    } else if (token === ':') {
      const name = line.tokens[line.tokens.length - 1];
      if (name) name.kind = 'name';
      line.name = name?.text.slice(1, -1);
      line.tokens.push({ kind: 'mark', text: ': ' });
    } else {
      if (previous === '{' || previous === '[') {
        yield line;
        line = { indent, tokens: [] };
      }
      if (token === '{' || token === '[') {
        line.tokens.push({ kind: 'mark', text: token });
        indent += 1;
      } else {
        line.tokens.push({ kind: kindOf(token), text: token });
        line.value = token;
      }
    }
    previous = token;
  }
  if (line.tokens.length > 0) yield line;
}

function kindOf(token: string): TokenKind {
  if (token.startsWith('"')) return 'string';
  if (/^[-\d]/.test(token)) return 'number';
  return 'word';
}
