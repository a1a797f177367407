/** The canvas one draws on with a mouse, a pen or a finger, and shows digits of the test set on. */
import type { Point, Stroke } from './raster.ts';

/** Width of the pen in units of the canvas. */
const penWidth = 44;

/** Keeps the strokes and says through `changed` when there are new ones. */
export class DrawPad {
  private readonly canvas: HTMLCanvasElement;
  private readonly changed: (strokes: readonly Stroke[]) => void;
  private strokes: Point[][] = [];
  private picture: Float32Array | undefined;
  private isDown = false;

  constructor(canvas: HTMLCanvasElement, changed: (strokes: readonly Stroke[]) => void) {
    this.canvas = canvas;
    this.changed = changed;
    canvas.addEventListener('pointerdown', (event) => {
      if (!event.isPrimary || event.button !== 0) return;
      event.preventDefault();
      canvas.setPointerCapture(event.pointerId);
      if (this.picture !== undefined) this.clear();
      this.isDown = true;
      this.strokes.push([]);
      this.add(event);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.isDown || !event.isPrimary) return;
      const passed = event.getCoalescedEvents();
      for (const point of passed.length > 0 ? passed : [event]) this.add(point);
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, (event) => {
        if (event.isPrimary) this.isDown = false;
      });
    }
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
  }

  /** Wipes the canvas. */
  clear(): void {
    this.strokes = [];
    this.picture = undefined;
    this.isDown = false;
    this.draw();
  }

  /** Shows a picture of 8 x 8 values in [0, 1] in place of strokes. */
  show(picture: Float32Array): void {
    this.clear();
    this.picture = picture;
    this.draw();
  }

  private add(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    this.strokes.at(-1)?.push({
      x: ((event.clientX - box.left) / box.width) * this.canvas.width,
      y: ((event.clientY - box.top) / box.height) * this.canvas.height,
    });
    this.draw();
    this.changed(this.strokes);
  }

  private draw(): void {
    const { width, height } = this.canvas;
    const context = this.canvas.getContext('2d');
    if (context === null) return;
    context.clearRect(0, 0, width, height);
    const ink = getComputedStyle(this.canvas).getPropertyValue('--ink');
    context.strokeStyle = ink;
    context.fillStyle = ink;
    this.picture?.forEach((value, k) => {
      context.globalAlpha = value;
      const [x, y] = [(k % 8) * (width / 8), Math.floor(k / 8) * (height / 8)];
      context.fillRect(x, y, width / 8, height / 8);
    });
    context.globalAlpha = 1;
    context.lineWidth = penWidth;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    for (const stroke of this.strokes) {
      context.beginPath();
      // The first point twice: a line of one point is drawn as a dot.
      for (const { x, y } of [...stroke.slice(0, 1), ...stroke]) context.lineTo(x, y);
      context.stroke();
    }
  }
}
