import { BrowserUnavailable } from '../../page.errors.js';
import { PageRenderer, type RenderedPage } from '../../ports/page-renderer.port.js';

/** Stands for the browser where there is none. */
export class AbsentPageRenderer extends PageRenderer {
  override readonly isAvailable = false;

  override render(): Promise<RenderedPage> {
    return Promise.reject(new BrowserUnavailable());
  }
}
