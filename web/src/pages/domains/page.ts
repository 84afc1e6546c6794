import { definePage } from '../../shell/pages';

export default definePage({ name: 'domains', load: () => import('./Domains') });
