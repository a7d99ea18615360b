/** A value that does not fit its field; the message goes on after the name of the field. */
export class Misfit extends Error {}
