import { definePage } from '../../shell/pages';

export default definePage({ name: 'blocks', load: () => import('./Blocks') });
