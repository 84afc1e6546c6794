import { addressIn, isMessageId, requestIdIn } from '../../format/ids';
import { messagePath } from '../../pages/messages/path';

/** What a pasted text can be, each with the page that explains it. */
export type ClueKind =
  | 'call' | 'mail' | 'mailsTo' | 'mayMail' | 'domain' | 'mailsToDomain' | 'task' | 'template' | 'group' | 'code';

export interface Clue {
  kind: ClueKind;
  /** What was recognised, without what stood around it. */
  text: string;
  path: string;
}

const kDomain = /^(?=.{4,253}$)(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+\p{L}[\p{L}\p{N}-]*$/u;
/** Ids of tasks, templates and groups have at most as many digits as 64 bits have. */
const kId = /^#?(\d{1,20})$/;
const kCode = /^[A-Z][A-Za-z]{3,}(?:\.[A-Z][A-Za-z]+)?$/;
const kPastedMax = 512;

/** What a log, a mail or a chat puts around a value that is copied out of it. */
function bare(text: string): string {
  return text
    .trim()
    .replace(/^(?:"?(?:RequestId|MessageId|TaskId|TemplateID|ReceiverId|Code)"?\s*[:=]\s*)/i, '')
    .replace(/^["'`(]+|["'`),;.]+$/g, '')
    .trim();
}

/** The pages that explain a text, the most likely first. `isCode` knows the error codes of the API. */
export function cluesOf(pasted: string, isCode: (code: string) => boolean): Clue[] {
  if (pasted.length > kPastedMax) return [];
  const text = bare(pasted);
  const requestId = requestIdIn(text);
  if (requestId) return [{ kind: 'call', text, path: `/calls/${requestId}` }];
  if (isMessageId(text)) return [{ kind: 'mail', text, path: messagePath(text) }];
  const address = addressIn(text);
  if (address) {
    const encoded = encodeURIComponent(address);
    return [
      { kind: 'mailsTo', text: address, path: `/messages?to=${encoded}` },
      { kind: 'mayMail', text: address, path: `/blocks?address=${encoded}` },
    ];
  }
  const id = kId.exec(text)?.[1];
  if (id) {
    return [
      { kind: 'task', text: id, path: `/tasks/${id}` },
      { kind: 'template', text: id, path: `/templates/${id}` },
      { kind: 'group', text: id, path: `/groups/${id}` },
    ];
  }
  if (kCode.test(text) && isCode(text)) return [{ kind: 'code', text, path: `/explorer/errors/${text}` }];
  if (kDomain.test(text)) {
    const domain = text.toLowerCase();
    return [
      { kind: 'domain', text: domain, path: `/domains/${encodeURIComponent(domain)}` },
      { kind: 'mailsToDomain', text: domain, path: `/messages?domain=${encodeURIComponent(domain)}` },
    ];
  }
  return [];
}
