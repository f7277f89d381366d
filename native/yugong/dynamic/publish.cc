// SPDX-License-Identifier: MIT
//
// Handing a procedure to the unwinders that know no regions: its .eh_frame is registered as code of the core, which publishes it.
#include "eh_frame_writer.h"
#include "register.h"
#include "yugong-publish.h"

using namespace yg::dynamic;

struct yg_dyn_publication {
  yg_code *code;
  std::vector<uint8_t> eh_frame;
};

yg_dyn_status yg_dyn_publish(const yg_dyn_info *info, uint32_t targets, yg_dyn_publication **out) {
  if (info == nullptr || out == nullptr) return YG_DYN_ERROR_ARGUMENT;
  *out = nullptr;
  if (info->format != YG_DYN_FORMAT_DYNAMIC) return YG_DYN_ERROR_FORMAT;
  Program program;
  if (yg_dyn_status status = compile(info, &program, nullptr)) return status;
  size_t fde;
  auto publication = std::make_unique<yg_dyn_publication>();
  publication->eh_frame = writeEhFrame(*info, program, &fde);

  yg_code_description description{};
  description.start = info->start_ip;
  description.size = info->end_ip - info->start_ip;
  description.eh_frame = publication->eh_frame.data();
  description.eh_frame_size = publication->eh_frame.size();
  description.name = info->u.pi.name_ptr == 0 ? nullptr : reinterpret_cast<const char *>(info->u.pi.name_ptr);
  yg_publish_details details{};
  details.targets = targets;
  switch (yg_code_register_published(&description, &details, &publication->code, nullptr)) {
    case YG_OK: break;
    case YG_ERROR_OVERLAP: return YG_DYN_ERROR_OVERLAP;
    case YG_ERROR_FORMAT: return YG_DYN_ERROR_CFI;
    case YG_ERROR_MEMORY: return YG_DYN_ERROR_MEMORY;
    default: return YG_DYN_ERROR_ARGUMENT;
  }
  if ((yg_code_published(publication->code) & targets) != targets) {
    yg_code_unregister(publication->code);
    return YG_DYN_ERROR_UNAVAILABLE;
  }
  *out = publication.release();
  return YG_DYN_OK;
}

yg_dyn_status yg_dyn_withdraw(yg_dyn_publication *publication) {
  if (publication == nullptr) return YG_DYN_ERROR_ARGUMENT;
  yg_code_unregister(publication->code);
  delete publication;
  return YG_DYN_OK;
}
