import type { cluster as english } from '../en/cluster.js';
import type { Words } from '../words.js';

export const cluster: Words<typeof english> = {
  cluster: {
    brokers: 'Broker 列表',
    pairs: 'Broker 之间的传输',
    broker: 'Broker',
    own: '当前 Broker',
    thisBroker: '各页面显示的是这个 Broker。查看全部 Broker',
    health: { live: '在线', unreachable: '无法连接', gone: '已停止' },
    sessions: '会话数',
    received: '本机收到',
    lost: '丢失',
    since: '起始时间',
    from: '发送方',
    to: '接收方',
    onTheWay: '在途',
    sent: '已发送',
    notSent: '未发送',
    pacing: '正在限速发布者',
    lagging: '严重滞后',
    nats: 'NATS：{{server}}',
    noNats: '未连接 NATS',
    sharedName:
      '有多个 Broker 使用名称 {{name}}，读取方可能收到并不存在的缺口。请只保留其中一个，为其余 Broker 设置不同的 cluster.broker_name 并重启。',
    starting: '该 Broker 刚刚启动，尚未发现其他 Broker。',
    noPairs: 'Broker 之间没有传输。',
    find: '在所有 Broker 上查找',
    findWhat: '主题（命名空间:主题）或用户名',
    findNow: '查找',
    foundNone: '所有 Broker 上都没有对应的会话。',
    noAnswer: '无应答',
    alone: '该 Broker 独立运行。',
    aloneHint: '将 cluster.driver 设为 nats 后，多个 Broker 可共同提供相同的主题。步骤见 docs/cluster.md。',
  },
};
