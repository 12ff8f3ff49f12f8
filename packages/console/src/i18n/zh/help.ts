import type { help as english } from '../en/help.js';
import type { Words } from '../words.js';

export const help: Words<typeof english> = {
  help: {
    code: '示例代码',
    codeHint: '已填入本机地址和端口，只需填入用户的令牌。',
    namespace: '命名空间',
    user: '用户',
    keys: '快捷键',
    pages: '页面',
    about: {
      dashboard: '是否运行、数据是否流动、有无失效源、有无丢失消息、延迟多少。',
      topics: '所有主题的速率、最近更新和读者；打开主题可实时查看消息。',
      connections: '谁已连接、各收到多少、落后多少；可断开某个连接或某个用户的全部连接。',
      slow: '跟不上的读者，以及原因和处理办法。',
      namespaces: '主题和权限所在之处，以及是否保留最新值。',
      users: '谁可以接入；令牌（仅显示一次）和密码。',
      permissions: '谁可以在哪个命名空间读取、发布或管理，以及原因。',
      audit: '谁在何时何地更改了什么。',
      publish: '以任意格式发布一条消息，并查看读者收到的内容。',
      settings: '当前生效的配置、定义的导入导出，以及您的语言和颜色。',
      help: '本页。',
    },
    more: '延伸阅读',
    tokenPlace: '用户的令牌',
  },
};
