/** A reason not to go on, in words for the person at the terminal. */
export class PracticeRefusal extends Error {
  override readonly name = 'PracticeRefusal';
}
