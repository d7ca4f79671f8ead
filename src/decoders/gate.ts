import { Gate, type Room } from '../core/index.js';

/** How many pixels may be in memory: one picture of the default limit. */
const capacity = 100e6;

/**
 * Where several processes decode, larger pictures are decoded one at a time, and need room that all processes share.
 */
const large = 10e6;

const own = new Gate(capacity);
/** Other processes keep the other cores busy meanwhile. */
const oneLarge = new Gate(1);
let shared: Room | undefined;

/** Sets the room that large pictures need as well, in a process that is not the only one to decode. */
export function shareRoom(room: Room): void {
  shared = room;
}

/**
 * The room for pixels in memory, for all decoders of a process. One picture of the default limit fills it; larger
 * pictures take turns, however many assets are in flight. Large pictures also take turns with those of other processes.
 */
export const pixelGate: Room = {
  async enter(weight) {
    const leave = await own.enter(weight);
    if (weight <= large || !shared) return leave;
    const leaveTurn = await oneLarge.enter(1);
    const leaveShared = await shared.enter(weight);
    return () => {
      leaveShared();
      leaveTurn();
      leave();
    };
  },
};
