/** The browser and the system that a User-Agent names; undefined for what is no browser. */
export function browserName(agent: string): { browser: string; system: string } | undefined {
  // Each of them also claims to be those below it.
  const kBrowsers: readonly (readonly [RegExp, string])[] = [
    [/\bEdg(?:A|iOS)?\/\d/, 'Edge'],
    [/\bOPR\/\d/, 'Opera'],
    [/\b(?:Firefox|FxiOS)\/\d/, 'Firefox'],
    [/\b(?:Chrome|CriOS|HeadlessChrome)\/\d/, 'Chrome'],
    [/\bSafari\/\d/, 'Safari'],
  ];
  const kSystems: readonly (readonly [RegExp, string])[] = [
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X|Macintosh/, 'macOS'],
    [/Linux|X11/, 'Linux'],
  ];
  const browser = kBrowsers.find(([pattern]) => pattern.test(agent))?.[1];
  const system = kSystems.find(([pattern]) => pattern.test(agent))?.[1];
  return browser && system ? { browser, system } : undefined;
}
