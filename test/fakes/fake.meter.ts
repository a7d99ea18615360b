import {
  type Exposition,
  type Labels,
  Meter,
  type MetricDeclaration,
  type Readings,
} from '../../src/common/telemetry/index.js';

/** Remembers what was measured. */
export class FakeMeter extends Meter {
  readonly isOn = true;
  readonly measured: { readonly name: string; readonly labels: Labels }[] = [];
  readonly registered: Readings[] = [];

  observe({ name }: MetricDeclaration, _seconds: number, labels: Labels): void {
    this.measured.push({ name, labels });
  }

  count({ name }: MetricDeclaration, labels: Labels): void {
    this.measured.push({ name, labels });
  }

  register(readings: Readings): void {
    this.registered.push(readings);
  }

  expose(): Promise<Exposition> {
    return Promise.resolve({ contentType: 'text/plain', text: '' });
  }
}
