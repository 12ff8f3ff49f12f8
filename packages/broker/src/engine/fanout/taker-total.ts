/** How many subscribers of all groups take note of news: while there are none, a message costs one comparison. */
export class TakerTotal {
  count = 0;
}
