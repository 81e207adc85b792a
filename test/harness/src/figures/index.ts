export { noteFigure } from './note-figure.ts';
