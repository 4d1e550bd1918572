import Images
import Kernel

extension PortraitFault {
    /// As it is told to whoever has sent the photo.
    var problem: Problem {
        switch self {
        case .busy:
            Problem(.unavailable, "Many photos are being read", detail: "Send it again in a moment.", retryAfter: 2)
        case .tooLarge: self.refusal(.tooLarge)
        case .heic, .otherKind, .noPicture, .unreadable, .tooManyPixels, .tooSmall: self.refusal(.invalidRequest)
        }
    }

    private func refusal(_ kind: Problem.Kind) -> Problem {
        Problem(kind, "There is a problem", violations: [.init("/photo", self.words)])
    }

    private var words: String {
        switch self {
        case .tooLarge: "This photo is too large: 8 MB at most. Take it again in a smaller size, or cut it to the face"
        case .heic:
            "Phones sometimes save photos as HEIC, which cannot be shown here. Set the camera to “Most compatible”, or "
                + "save the photo as JPEG"
        case .otherKind: "This picture is neither JPEG nor PNG. Save it as one of these"
        case .noPicture: "This is not a picture. Choose a photo that is JPEG or PNG"
        case .unreadable: "This photo is damaged, or was cut off on the way. Choose it again, or another one"
        case .tooManyPixels: "This picture has too many pixels: 50 million at most, and 12,000 on a side"
        case .tooSmall: "This picture is too small to know a face by: 100 pixels on each side at least"
        case .busy: "Send it again in a moment"
        }
    }
}
