import { writeJson } from '../../../api/json';
import { isSes, type SampleInput, type SampleLanguage } from './sample';

function write(input: SampleInput) {
  const install = 'pip install tccli';
  if (!isSes(input)) return { install, code: '', notes: ['noOwnInTccli' as const], impossible: true };
  const name = `${input.action.name}.json`;
  const code = `# tccli reads TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY from the environment.
tccli ses ${input.action.name} \\
  --endpoint ${input.base} \\
  --region ${input.region} \\
  --language ${input.language} \\
  --cli-input-json file://./${name}
`;
  return {
    install,
    code,
    notes: ['file' as const, 'regionRequired' as const],
    file: { name, text: writeJson(input.params, 2) },
  };
}

export const tccli: SampleLanguage = { key: 'tccli', title: 'tccli', flavours: ['json'], runs: false, write };
