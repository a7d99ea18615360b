import { type DynamicModule, Module } from '@nestjs/common';
import { AppConfig } from './app-config.js';

/** Gives the loaded settings, whole and by concern, to every module. */
@Module({})
export class ConfigModule {
  static with(config: AppConfig): DynamicModule {
    const sections = config
      .sections()
      .map((section) => ({ provide: section.constructor, useValue: section }));
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: AppConfig, useValue: config }, ...sections],
      exports: [AppConfig, ...sections.map((section) => section.provide)],
    };
  }
}
