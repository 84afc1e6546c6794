/** The key that goes with letters, as this machine's keyboard names it: in words they are written `Mod K`. */
export const kMod = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
