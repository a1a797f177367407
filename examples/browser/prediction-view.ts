/** Shows what the network makes of a picture: the picture as it sees it, and ten bars. */

/** The elements of the page that show a prediction. */
export interface PredictionElements {
  readonly seen: HTMLCanvasElement;
  readonly bars: HTMLElement;
  readonly answer: HTMLElement;
}

const invitation = 'Draw something, or take a digit of the test set.';

/** The picture, the ten probabilities and the answer in words. */
export class PredictionView {
  private readonly elements: PredictionElements;
  private readonly rows: { row: HTMLElement; fill: HTMLElement; share: HTMLElement }[];

  constructor(elements: PredictionElements) {
    this.elements = elements;
    this.rows = Array.from({ length: 10 }, (_, digit) => {
      const row = document.createElement('li');
      const label = document.createElement('span');
      label.textContent = String(digit);
      const track = document.createElement('span');
      track.className = 'track';
      const fill = document.createElement('div');
      fill.className = 'fill';
      track.append(fill);
      const share = document.createElement('span');
      share.className = 'share';
      row.append(label, track, share);
      elements.bars.append(row);
      return { row, fill, share };
    });
    this.clear();
  }

  /** Shows nothing, and asks for a digit. */
  clear(): void {
    this.showPicture(new Float32Array(64));
    for (const { row, fill, share } of this.rows) {
      row.classList.remove('best');
      fill.style.width = '0';
      share.textContent = '–';
    }
    this.say(invitation);
  }

  /** Shows 8 x 8 values in [0, 1], black on white as the data hold them. */
  showPicture(pixels: Float32Array): void {
    const context = this.elements.seen.getContext('2d');
    if (context === null) return;
    const picture = context.createImageData(8, 8);
    pixels.forEach((value, k) => {
      const grey = Math.round(255 * (1 - value));
      picture.data.set([grey, grey, grey, 255], 4 * k);
    });
    context.putImageData(picture, 0, 0);
  }

  /** Shows ten probabilities; `label` is the right answer where it is known. */
  showProbabilities(probabilities: Float32Array, label: number | undefined): void {
    const best = probabilities.indexOf(Math.max(...probabilities));
    this.rows.forEach(({ row, fill, share }, digit) => {
      const percent = 100 * (probabilities[digit] ?? 0);
      row.classList.toggle('best', digit === best);
      fill.style.width = `${percent}%`;
      share.textContent = `${Math.round(percent)} %`;
    });
    const truth =
      label === undefined ? '' : label === best ? ', which is right' : `, but is a ${label}`;
    this.say(`This looks like a ${best}${truth}.`);
  }

  /** Screen readers read the text out when it changes, so it is set only then. */
  private say(text: string): void {
    if (this.elements.answer.textContent !== text) this.elements.answer.textContent = text;
  }
}
