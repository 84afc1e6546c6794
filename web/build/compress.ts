import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, ResolvedConfig } from 'vite';

const kCompressible = /\.(js|css|html|svg|json)$/;
// Below this size the headers of an answer weigh more than what compression saves.
const kBytesMin = 512;

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Writes NAME.br and NAME.gz beside each text file of the build, because the server compresses nothing itself. */
export function compressAssets(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'sesame-compress-assets',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    closeBundle() {
      for (const path of filesBelow(join(config.root, config.build.outDir))) {
        if (!kCompressible.test(path)) continue;
        const bytes = readFileSync(path);
        if (bytes.length < kBytesMin) continue;
        const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, quality));
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  };
}
