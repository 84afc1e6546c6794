import { definePage } from '../../shell/pages';

export default definePage({ name: 'settings', load: () => import('./Settings') });
