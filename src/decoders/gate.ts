import { Gate, type Room } from '../core/index.js';

/** The pixels that one process may have in memory: one picture of the default limit. */
const capacity = 100e6;

/**
 * A picture of more pixels than this is large. Where several processes decode, each decodes one large picture at a
 * time, and that picture also needs room that all processes share.
 */
const large = 10e6;

const own = new Gate(capacity);
/** Admits one large picture of this process at a time. Other processes keep the other cores busy meanwhile. */
const oneLarge = new Gate(1);
let shared: Room | undefined;

/** Sets the room that large pictures also need. A process calls it that is not the only one to decode. */
export function shareRoom(room: Room): void {
  shared = room;
}

/**
 * The room that all decoders of a process share for pixels in memory; a weight is a number of pixels. One picture of
 * the default limit fills it, so such pictures take turns. Large pictures also share room with those of other
 * processes.
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
