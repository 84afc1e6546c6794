/**
 * Pinyin initials without a dictionary: the browser's Chinese collation sorts characters by their pinyin, so each is
 * behind the first character of its initial. Characters with several readings get the commonest one.
 */
const kFirsts = '阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀';
const kInitials = 'abcdefghjklmnopqrstwxyz';

let collator: Intl.Collator | undefined;

function initialOf(char: string): string {
  collator ??= new Intl.Collator('zh-CN-u-co-pinyin');
  for (let i = kFirsts.length - 1; i >= 0; i -= 1) {
    if (collator.compare(char, kFirsts[i]!) >= 0) return kInitials[i]!;
  }
  return '';
}

/** "发送一封邮件" → "fsyfyj"; other letters and digits stay, everything else is left out. */
export function initials(text: string): string {
  let out = '';
  for (const char of text) {
    if (/[a-z0-9]/i.test(char)) out += char.toLowerCase();
    else if (char >= '一' && char <= '鿿') out += initialOf(char);
  }
  return out;
}
