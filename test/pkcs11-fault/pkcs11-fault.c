/*
 * A PKCS#11 module that forwards to a real one and misbehaves on request. For tests alone.
 *
 *   TCV_FAULT_TARGET   path of the real module (SoftHSM)
 *   TCV_FAULT_CONTROL  text file with one directive a line, read again at each call; may be missing
 *   TCV_FAULT_COUNTER  text file to which each call adds its name as one line
 *
 * Directives (README.md): flag, fail, sleep, crash, absent, frozen, flip-signature, hide-mechanism.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pkcs11.h"

static CK_FUNCTION_LIST_PTR real = NULL;
/* The list that we hand out: the real one with our functions in the places that can misbehave. */
static CK_FUNCTION_LIST ours;
static int was_absent_at_start = 0;

/* How often a function was called in this process. */
struct count {
  char name[40];
  unsigned long calls;
};
static struct count counts[64];

static unsigned long count_call(const char *name) {
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
    if (counts[i].name[0] == 0) snprintf(counts[i].name, sizeof counts[i].name, "%s", name);
    if (strcmp(counts[i].name, name) == 0) return ++counts[i].calls;
  }
  return 0;
}

/* One write to a file opened for appending: a crash right after it loses nothing. */
static void note(const char *text) {
  const char *path = getenv("TCV_FAULT_COUNTER");
  if (path == NULL) return;
  int file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0) return;
  char line[120];
  int length = snprintf(line, sizeof line, "%s\n", text);
  if (write(file, line, (size_t)length) < 0) perror("pkcs11-fault");
  close(file);
}

/* Calls `each` with the words of every directive. */
typedef void (*directive)(char *words[4], void *into);

static void each_directive(directive each, void *into) {
  const char *path = getenv("TCV_FAULT_CONTROL");
  FILE *file = path == NULL ? NULL : fopen(path, "r");
  if (file == NULL) return;
  char line[200];
  while (fgets(line, sizeof line, file) != NULL) {
    char *words[4] = {"", "", "", ""};
    char *rest = NULL;
    int n = 0;
    for (char *word = strtok_r(line, " \n", &rest); word != NULL && n < 4;
         word = strtok_r(NULL, " \n", &rest)) {
      words[n++] = word;
    }
    if (n > 0) each(words, into);
  }
  fclose(file);
}

struct named {
  const char *name;
  int is_there;
};

static void look_for(char *words[4], void *into) {
  struct named *wanted = into;
  if (strcmp(words[0], wanted->name) == 0) wanted->is_there = 1;
}

static int has(const char *name) {
  struct named wanted = {name, 0};
  each_directive(look_for, &wanted);
  return wanted.is_there;
}

struct call {
  const char *name;
  unsigned long number;
  CK_RV answer;
};

static int is_meant(char *words[4], struct call *call) {
  unsigned long number = strtoul(words[2], NULL, 0);
  /* The third word is the number of the call in this process; 0 is every call. */
  return strcmp(words[1], call->name) == 0 && (number == 0 || number == call->number);
}

static void misbehave(char *words[4], void *into) {
  struct call *call = into;
  if (strcmp(words[0], "sleep") == 0 && is_meant(words, call)) {
    unsigned long ms = strtoul(words[3], NULL, 0);
    struct timespec pause = {(time_t)(ms / 1000), (long)(ms % 1000) * 1000000L};
    nanosleep(&pause, NULL);
  }
  if (strcmp(words[0], "crash") == 0 && is_meant(words, call)) {
    signal(SIGSEGV, SIG_DFL);
    raise(SIGSEGV);
  }
  if (strcmp(words[0], "fail") == 0 && is_meant(words, call)) {
    call->answer = strtoul(words[3], NULL, 0);
  }
}

/* Notes the call, then sleeps, dies or gives the failure that it must answer with; CKR_OK to go on. */
static CK_RV before(const char *name, const char *details) {
  char text[100];
  snprintf(text, sizeof text, details[0] ? "%s %s" : "%s", name, details);
  note(text);
  struct call call = {name, count_call(name), CKR_OK};
  each_directive(misbehave, &call);
  return call.answer;
}

#define BEFORE(name)                   \
  do {                                 \
    CK_RV answer = before(name, "");   \
    if (answer != CKR_OK) return answer; \
  } while (0)

#define BEFORE_IN_SESSION(name)                  \
  do {                                           \
    BEFORE(name);                                \
    if (has("absent")) return CKR_DEVICE_REMOVED; \
  } while (0)

static CK_RV f_Initialize(CK_VOID_PTR args) {
  BEFORE("C_Initialize");
  was_absent_at_start = has("absent");
  return real->C_Initialize(args);
}

static CK_RV f_Finalize(CK_VOID_PTR reserved) {
  BEFORE("C_Finalize");
  return real->C_Finalize(reserved);
}

static CK_RV f_GetSlotList(CK_BBOOL present, CK_SLOT_ID_PTR slots, CK_ULONG_PTR count) {
  BEFORE("C_GetSlotList");
  int is_absent = has("frozen") ? was_absent_at_start : has("absent");
  if (!is_absent) return real->C_GetSlotList(present, slots, count);
  *count = 0;
  return CKR_OK;
}

static void add_flag(char *words[4], void *into) {
  static const struct {
    const char *name;
    CK_FLAGS flag;
  } names[] = {
      {"COUNT_LOW", CKF_USER_PIN_COUNT_LOW},
      {"FINAL_TRY", CKF_USER_PIN_FINAL_TRY},
      {"LOCKED", CKF_USER_PIN_LOCKED},
      {"TO_BE_CHANGED", CKF_USER_PIN_TO_BE_CHANGED},
      {"PROTECTED", CKF_PROTECTED_AUTHENTICATION_PATH},
  };
  if (strcmp(words[0], "flag") != 0) return;
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strcmp(words[1], names[i].name) == 0) *(CK_FLAGS *)into |= names[i].flag;
  }
}

static CK_RV f_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO_PTR info) {
  BEFORE("C_GetTokenInfo");
  if (has("absent")) return CKR_TOKEN_NOT_PRESENT;
  CK_RV rv = real->C_GetTokenInfo(slot, info);
  if (rv == CKR_OK) each_directive(add_flag, &info->flags);
  return rv;
}

static CK_RV f_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, CK_VOID_PTR application,
                           CK_NOTIFY notify, CK_SESSION_HANDLE_PTR session) {
  BEFORE("C_OpenSession");
  if (has("absent")) return CKR_TOKEN_NOT_PRESENT;
  return real->C_OpenSession(slot, flags, application, notify, session);
}

static CK_RV f_CloseSession(CK_SESSION_HANDLE session) {
  BEFORE_IN_SESSION("C_CloseSession");
  return real->C_CloseSession(session);
}

/* Notes who logs in and how long the PIN is, never the PIN. On a device with its own keys SoftHSM cannot ask anybody. */
static CK_RV f_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR_PTR pin,
                     CK_ULONG length) {
  char details[60];
  snprintf(details, sizeof details, "user=%lu length=%lu", user, pin == NULL ? 0 : length);
  CK_RV answer = before("C_Login", details);
  if (answer != CKR_OK) return answer;
  if (has("absent")) return CKR_DEVICE_REMOVED;
  const char *typed = getenv("TCV_FAULT_TYPED_PIN");
  if (length == 0 && typed != NULL) {
    return real->C_Login(session, user, (CK_UTF8CHAR_PTR)typed, strlen(typed));
  }
  return real->C_Login(session, user, pin, length);
}

static CK_RV f_Logout(CK_SESSION_HANDLE session) {
  BEFORE_IN_SESSION("C_Logout");
  return real->C_Logout(session);
}

static CK_RV f_FindObjectsInit(CK_SESSION_HANDLE session, CK_ATTRIBUTE_PTR template,
                               CK_ULONG count) {
  BEFORE_IN_SESSION("C_FindObjectsInit");
  return real->C_FindObjectsInit(session, template, count);
}

static CK_RV f_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                                 CK_ATTRIBUTE_PTR template, CK_ULONG count) {
  BEFORE_IN_SESSION("C_GetAttributeValue");
  return real->C_GetAttributeValue(session, object, template, count);
}

struct mechanisms {
  CK_MECHANISM_TYPE_PTR list;
  CK_ULONG count;
};

static void hide(char *words[4], void *into) {
  struct mechanisms *all = into;
  if (strcmp(words[0], "hide-mechanism") != 0) return;
  for (CK_ULONG i = 0; i < all->count; i++) {
    /* What is hidden becomes a number that nobody knows. */
    if (all->list[i] == strtoul(words[1], NULL, 0)) all->list[i] = CKM_VENDOR_DEFINED;
  }
}

static CK_RV f_GetMechanismList(CK_SLOT_ID slot, CK_MECHANISM_TYPE_PTR list, CK_ULONG_PTR count) {
  BEFORE("C_GetMechanismList");
  CK_RV rv = real->C_GetMechanismList(slot, list, count);
  struct mechanisms all = {list, list == NULL ? 0 : *count};
  if (rv == CKR_OK) each_directive(hide, &all);
  return rv;
}

static CK_RV f_SignInit(CK_SESSION_HANDLE session, CK_MECHANISM_PTR mechanism,
                        CK_OBJECT_HANDLE key) {
  char details[40];
  snprintf(details, sizeof details, "mechanism=0x%lx", mechanism->mechanism);
  CK_RV answer = before("C_SignInit", details);
  if (answer != CKR_OK) return answer;
  if (has("absent")) return CKR_DEVICE_REMOVED;
  return real->C_SignInit(session, mechanism, key);
}

static CK_RV f_Sign(CK_SESSION_HANDLE session, CK_BYTE_PTR data, CK_ULONG length,
                    CK_BYTE_PTR signature, CK_ULONG_PTR signature_length) {
  BEFORE_IN_SESSION("C_Sign");
  CK_RV rv = real->C_Sign(session, data, length, signature, signature_length);
  if (rv == CKR_OK && signature != NULL && has("flip-signature")) {
    signature[*signature_length / 2] ^= 1;
  }
  return rv;
}

static CK_RV load(void) {
  const char *path = getenv("TCV_FAULT_TARGET");
  void *module = path == NULL ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  CK_C_GetFunctionList get = NULL;
  if (module != NULL) *(void **)&get = dlsym(module, "C_GetFunctionList");
  if (get == NULL) return CKR_GENERAL_ERROR;
  CK_RV rv = get(&real);
  if (rv != CKR_OK) return rv;
  ours = *real;
  ours.C_Initialize = f_Initialize;
  ours.C_Finalize = f_Finalize;
  ours.C_GetSlotList = f_GetSlotList;
  ours.C_GetTokenInfo = f_GetTokenInfo;
  ours.C_OpenSession = f_OpenSession;
  ours.C_CloseSession = f_CloseSession;
  ours.C_Login = f_Login;
  ours.C_Logout = f_Logout;
  ours.C_FindObjectsInit = f_FindObjectsInit;
  ours.C_GetAttributeValue = f_GetAttributeValue;
  ours.C_GetMechanismList = f_GetMechanismList;
  ours.C_SignInit = f_SignInit;
  ours.C_Sign = f_Sign;
  return CKR_OK;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR list) {
  CK_RV rv = real == NULL ? load() : CKR_OK;
  if (rv == CKR_OK) *list = &ours;
  return rv;
}
