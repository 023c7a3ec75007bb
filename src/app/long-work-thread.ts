/** Owns the program of the thread for long work: each of its exports is one kind of that work. */
import { longWork } from '../words/long-work';

export = longWork;
