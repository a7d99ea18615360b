import { IsBoolean, IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { Setting } from './setting.decorator.js';

/** The browser that renders pages of sources which ask for it. */
export class BrowserConfig {
  /** Chromium on this machine, of the processes that run jobs. Without it no page is rendered. */
  @Setting('CHROMIUM_PATH')
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  chromiumPath?: string;

  /** Chromium's own sandbox; false only where it cannot be had: as root, or in a container without user namespaces. */
  @Setting('CHROMIUM_SANDBOX', 'boolean')
  @IsBoolean()
  chromiumSandbox = true;
}
