import 'reflect-metadata';

export type SettingKind = 'text' | 'integer' | 'boolean' | 'list';

export interface SettingDefinition {
  /** Name of the environment variable. */
  readonly variable: string;
  /** Field of the config class. */
  readonly field: string;
  readonly kind: SettingKind;
  /** A secret is masked wherever settings are shown. */
  readonly secret: boolean;
}

const settingsByClass = new Map<object, SettingDefinition[]>();

/** Binds a field of a config class to an environment variable; the field's initial value is the default. */
export function Setting(
  variable: string,
  kind: SettingKind = 'text',
  options: { secret?: boolean } = {},
): PropertyDecorator {
  return (target, field) => {
    const settings = settingsByClass.get(target.constructor) ?? [];
    settings.push({ variable, field: String(field), kind, secret: options.secret ?? false });
    settingsByClass.set(target.constructor, settings);
  };
}

/** The settings of one config class, in the order of its fields. */
export function settingsOf(configClass: object): readonly SettingDefinition[] {
  return settingsByClass.get(configClass) ?? [];
}
