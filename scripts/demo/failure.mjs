/** Something that went wrong in a way that a person can understand, with what to do about it. */
export class DemoFailure extends Error {
  constructor(message, advice) {
    super(message);
    this.name = 'DemoFailure';
    this.advice = advice;
  }
}
