/** A document of one of several segments. */
export interface ScoredDocument {
  /** Position of the segment among those searched. */
  segment: number;
  document: number;
  score: number;
}

/** Documents of a segment, for one number that says both. */
const SEGMENT_STEP = 2 ** 30;

/**
 * The best documents so far, in a heap with the worst on top. Documents are offered in ascending order, by segment and
 * number: of equal ones the first stays.
 */
export class TopHits {
  readonly #limit: number;
  readonly #scores: Float64Array;
  readonly #places: Float64Array;
  #count = 0;

  /** @param limit at least 1 */
  constructor(limit: number) {
    this.#limit = limit;
    this.#scores = new Float64Array(limit);
    this.#places = new Float64Array(limit);
  }

  /** A document gets in when it has more than this. */
  get threshold(): number {
    return this.#count < this.#limit ? -1 : (this.#scores[0] as number);
  }

  offer(segment: number, document: number, score: number): void {
    if (score <= this.threshold) return;
    const place = segment * SEGMENT_STEP + document;
    if (this.#count < this.#limit) this.#rise(this.#count++, score, place);
    else this.#sink(score, place);
  }

  /** Best first, equal ones by segment and document. Nothing is left. */
  take(): ScoredDocument[] {
    const hits = new Array<ScoredDocument>(this.#count);
    while (this.#count > 0) {
      const score = this.#scores[0] as number;
      const place = this.#places[0] as number;
      const last = --this.#count;
      this.#sink(this.#scores[last] as number, this.#places[last] as number);
      hits[last] = { segment: Math.floor(place / SEGMENT_STEP), document: place % SEGMENT_STEP, score };
    }
    return hits;
  }

  /** Puts an entry where `hole` is or above. */
  #rise(hole: number, score: number, place: number): void {
    let index = hole;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isWorse(score, place, this.#scores[parent] as number, this.#places[parent] as number)) break;
      this.#move(parent, index);
      index = parent;
    }
    this.#scores[index] = score;
    this.#places[index] = place;
  }

  /** Puts an entry in the place of the worst or below. */
  #sink(score: number, place: number): void {
    const count = this.#count;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= count) break;
      if (child + 1 < count && this.#worse(child + 1, child)) child += 1;
      if (!isWorse(this.#scores[child] as number, this.#places[child] as number, score, place)) break;
      this.#move(child, index);
      index = child;
    }
    this.#scores[index] = score;
    this.#places[index] = place;
  }

  #worse(left: number, right: number): boolean {
    return isWorse(
      this.#scores[left] as number,
      this.#places[left] as number,
      this.#scores[right] as number,
      this.#places[right] as number,
    );
  }

  #move(from: number, to: number): void {
    this.#scores[to] = this.#scores[from] as number;
    this.#places[to] = this.#places[from] as number;
  }
}

const isWorse = (score: number, place: number, otherScore: number, otherPlace: number): boolean =>
  score < otherScore || (score === otherScore && place > otherPlace);
