import { definePage } from '../../shell/pages';

export default definePage({ name: 'explorer', load: () => import('./Explorer') });
