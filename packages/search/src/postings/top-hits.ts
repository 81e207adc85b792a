/** A document of one of several segments. */
export interface ScoredDocument {
  /** Position of the segment among those searched. */
  segment: number;
  document: number;
  score: number;
}

/** Documents of a segment, for one number that says both. */
const SEGMENT_STEP = 2 ** 30;
/** Makes a score smaller by the least that a double can: sums of shares are exact, so that equal ones pass and no others. */
const BELOW_ONE = 1 - Number.EPSILON / 2;

/**
 * The best documents so far, in a heap with the worst on top. Documents are offered in ascending order, by segment and
 * number: of equal ones the first stays. With `keepsTies` those that equal the worst are kept as well, beyond the limit:
 * whoever knows an order of them that does not hang on segments makes the cut.
 */
export class TopHits {
  readonly #limit: number;
  readonly #keepsTies: boolean;
  /** Places with the score of the worst in the heap that had no room in it. */
  #ties: number[] = [];
  readonly #scores: Float64Array;
  readonly #places: Float64Array;
  #count = 0;

  /** @param limit at least 1 */
  constructor(limit: number, { keepsTies = false } = {}) {
    this.#limit = limit;
    this.#keepsTies = keepsTies;
    this.#scores = new Float64Array(limit);
    this.#places = new Float64Array(limit);
  }

  /** A document gets in when it has more than this. */
  get threshold(): number {
    if (this.#count < this.#limit) return -1;
    const worst = this.#scores[0] as number;
    return this.#keepsTies ? worst * BELOW_ONE : worst;
  }

  offer(segment: number, document: number, score: number): void {
    if (score <= this.threshold) return;
    const place = segment * SEGMENT_STEP + document;
    if (this.#count < this.#limit) this.#rise(this.#count++, score, place);
    else this.#replace(score, place);
  }

  #replace(score: number, place: number): void {
    const worst = this.#scores[0] as number;
    const worstPlace = this.#places[0] as number;
    if (score === worst) {
      this.#ties.push(place);
      return;
    }
    this.#sink(score, place);
    if (!this.#keepsTies) return;
    if (this.#scores[0] === worst) this.#ties.push(worstPlace);
    else this.#ties = [];
  }

  /** Best first, equal ones by segment and document, but for ties beyond the limit, which come last. Nothing is left. */
  take(): ScoredDocument[] {
    const hits = new Array<ScoredDocument>(this.#count);
    const worst = this.#scores[0] as number;
    const ties = this.#count < this.#limit ? [] : this.#ties.map((place) => hitAt(place, worst));
    this.#ties = [];
    while (this.#count > 0) {
      const score = this.#scores[0] as number;
      const place = this.#places[0] as number;
      const last = --this.#count;
      this.#sink(this.#scores[last] as number, this.#places[last] as number);
      hits[last] = hitAt(place, score);
    }
    return [...hits, ...ties];
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

const hitAt = (place: number, score: number): ScoredDocument => ({
  segment: Math.floor(place / SEGMENT_STEP),
  document: place % SEGMENT_STEP,
  score,
});

const isWorse = (score: number, place: number, otherScore: number, otherPlace: number): boolean =>
  score < otherScore || (score === otherScore && place > otherPlace);
