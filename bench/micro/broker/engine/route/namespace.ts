import { topicOf } from '../../../messages.js';
import { kept, type MicroBench } from '../../../micro-bench.js';
import { Scene } from '../fanout/scene.js';

const topicCount = 100;

/** A thousand subscribers of ten topics each, all different. */
function crowdedScene(): Scene {
  const scene = new Scene();
  for (let reader = 0; reader < 1_000; reader++) {
    scene.subscriber(...Array.from({ length: 10 }, (_, index) => topicOf((reader + index * 97) % 1_000)));
  }
  return scene;
}

export const namespaceBenches: readonly MicroBench[] = [
  {
    name: 'broker/engine/route/namespace: groups of a route, cached',
    prepare: () => {
      const scene = crowdedScene();
      const routes = Array.from({ length: topicCount }, (_, index) => scene.route(topicOf(index)));
      return (count) => {
        for (let index = 0; index < count; index++) {
          kept.value += scene.namespace.groupsOf(routes[index % topicCount]!).length;
        }
      };
    },
  },
  {
    name: 'broker/engine/route/namespace: groups of a route, after a change of interest',
    prepare: () => {
      const scene = crowdedScene();
      const routes = Array.from({ length: topicCount }, (_, index) => scene.route(topicOf(index)));
      return (count) => {
        for (let index = 0; index < count; index++) {
          scene.namespace.generation++;
          kept.value += scene.namespace.groupsOf(routes[index % topicCount]!).length;
        }
      };
    },
  },
  {
    name: 'broker/engine/route/interest-table: move a subscriber to another group',
    prepare: () => {
      const scene = crowdedScene();
      const mover = scene.subscriber(topicOf(0));
      return (count) => {
        for (let index = 0; index < count; index++) scene.place(mover, topicOf(index % 1_000));
      };
    },
  },
];
