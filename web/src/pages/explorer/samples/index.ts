import { cpp } from './cpp';
import { csharp } from './csharp';
import { curl } from './curl';
import { go } from './go';
import { java } from './java';
import { node } from './node';
import { php } from './php';
import { python } from './python';
import { ruby } from './ruby';
import type { SampleLanguage } from './sample';
import { tccli } from './tccli';

export type { Flavour, NoteKey, Sample, SampleInput, SampleLanguage } from './sample';

/** The ten languages, in the order of their tabs. */
export const kLanguages: SampleLanguage[] = [curl, tccli, python, node, go, java, cpp, php, csharp, ruby];
