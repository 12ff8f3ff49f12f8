import type { help as english } from '../en/help.js';
import type { Words } from '../words.js';

export const help: Words<typeof english> = {
  help: {
    code: '连接代码',
    codeHint: '代码已含此 Broker 的地址和端口，请填入令牌。',
    pages: '页面',
    about: {
      dashboard: 'Broker 状态、数据流、断流主题、消息丢失和延迟。',
      prices: '某个模式下每个主题的最新价，附涨跌、更新时间和状态，可保存看板。',
      topics: '所有主题的速率、最近消息和订阅者；打开主题可查看实时消息。',
      messages: '任意模式下实时到达的消息，筛选条件可保存。',
      connections: '所有连接的速率、滞后和积压；可断开单个连接或某个用户的全部连接。',
      slow: '跟不上的订阅者，以及原因和处理办法。',
      alerts: '触发的告警：可确认，或静默一段时间。',
      namespaces: '创建、更改和删除命名空间，设置是否保留最新值。',
      users: '创建用户、重置令牌、设置密码。',
      permissions: '每个用户在每个命名空间中的角色，以及允许或拒绝的原因。',
      audit: '所有更改的操作者、时间、来源地址以及更改前后的值。',
      publish: '以任意格式发布消息（一次或重复），并查看订阅者收到的内容。',
      cluster: '集群中的 Broker：是否可达、相互传输的数据量以及滞后情况。',
      journal: 'Broker 保存的历史消息：大小、速率、保留期限，以及文件是否损坏。',
      logs: 'Broker 日志中最新的内容，实时更新。',
      settings: '当前配置、定义的导入导出，以及您的语言和颜色。',
      help: '本页。',
    },
    api: 'API',
    tokenPlace: '用户的令牌',
  },
};
