/**
 * Version of what crosses the wire. It grows when an element of before could misread an answer of now, or the other way
 * round; whatever may be left out or added without harm leaves it as it is.
 */
export const CONTRACT = 1
