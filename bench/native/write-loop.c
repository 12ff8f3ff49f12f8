/* A bare write loop. Arguments: port, number of connections. Waits for that many connections, then writes 256 KiB to each of them in
   turn until one of them closes. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <signal.h>

int main(int count, char **arguments) {
  if (count != 3) return 2;
  signal(SIGPIPE, SIG_IGN);
  int wanted = atoi(arguments[2]), on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 256) != 0) return 1;
  puts("ready");
  fflush(stdout);
  int *sockets = calloc(wanted, sizeof *sockets);
  for (int index = 0; index < wanted; index++) {
    sockets[index] = accept(listener, NULL, NULL);
    setsockopt(sockets[index], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  static char bytes[262144];
  for (;;)
    for (int index = 0; index < wanted; index++) {
      ssize_t left = sizeof bytes;
      while (left > 0) {
        ssize_t written = write(sockets[index], bytes, left);
        if (written < 0) return errno == EPIPE || errno == ECONNRESET ? 0 : 1;
        left -= written;
      }
    }
}
