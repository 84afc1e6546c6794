// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest';

import { showUnloaded } from './unloaded';
import { chooseLanguage } from './words/chosen';
import { loadingWords } from './words/loading';

const root = document.body.appendChild(document.createElement('div'));

afterEach(() => chooseLanguage('en'));

it.each(['en', 'zh-CN'] as const)('says that nothing could be loaded, and loads the page again (%s)', (language) => {
  chooseLanguage(language);
  const loadAgain = vi.fn();
  const leave = showUnloaded(root, loadAgain);
  expect(root.querySelector('[role=alert]')?.textContent).toBe(loadingWords[language].unloaded);
  const button = root.querySelector('button')!;
  expect(button.textContent).toBe(loadingWords[language].loadAgain);
  expect(loadAgain).not.toHaveBeenCalled();
  button.click();
  expect(loadAgain).toHaveBeenCalledOnce();
  leave();
  expect(root.childElementCount).toBe(0);
});
