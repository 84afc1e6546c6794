import { chosenLanguage } from './words/chosen';
import { loadingWords } from './words/loading';

/** Says that the files in front of the log-in could not be had, without any of them; the function that comes back takes it away. */
export function showUnloaded(root: HTMLElement, loadAgain: () => void): () => void {
  const words = loadingWords[chosenLanguage()];
  const text = document.createElement('p');
  text.setAttribute('role', 'alert');
  text.textContent = words.unloaded;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button button-filled';
  button.textContent = words.loadAgain;
  button.addEventListener('click', loadAgain);
  const page = document.createElement('main');
  page.className = 'page';
  page.append(text, button);
  root.replaceChildren(page);
  return () => root.replaceChildren();
}
