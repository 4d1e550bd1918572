/// What somebody may need so that they can understand and be understood, as the NHS codes it.
///
/// The codes are those of NHS England's draft guide to the Reasonable Adjustment Flag. They are kept beside the words so
/// that a need can be told to another system; whether a code is still the right one is asked of the NHS terminology
/// server before anything is sent there. A diagnosis is no need: "deaf" says nothing of what to do.
package enum NeedKind: String, Codable, Sendable, CaseIterable {
    case hearingAid = "hearing_aid"
    case lipReads = "lip_reads"
    case signLanguage = "sign_language"
    case makaton
    case symbols
    case photographs
    case passport
    case nonVerbal = "non_verbal"

    case signInterpreter = "sign_interpreter"
    case deafblindGuide = "deafblind_guide"
    case lipspeaker
    case speechToText = "speech_to_text"
    case advocate

    case byTelephone = "by_telephone"
    case bySMS = "by_sms"
    case byEmail = "by_email"
    case byLetter = "by_letter"
    case throughCarer = "through_carer"

    case easyRead = "easy_read"
    case spoken
    case readOut = "read_out"
    case print20 = "print_20"
    case print24 = "print_24"
    case print28 = "print_28"
    case braille1 = "braille_1"
    case braille2 = "braille_2"

    case interpreter

    case moreTime = "more_time"
    case carerPresent = "carer_present"
    case carerAsked = "carer_asked"
    case needles
    case pain

    case quiet
    case lowLight = "low_light"
    case wheelchair

    case other
    /// They were asked, and need nothing of the kind.
    case nothing = "none"

    /// What a list of needs is divided into.
    package enum Group: String, Sendable, CaseIterable {
        case support = "How they talk and listen"
        case professional = "Somebody to help"
        case contact = "How to reach them"
        case format = "How to give them information"
        case language = "Another language"
        case care = "When care is given"
        case place = "The place"
        case other = "Anything else"
    }

    private var entry: (group: Group, words: String, code: String?) {
        switch self {
        case .hearingAid: (.support, "Uses a hearing aid", "285055002")
        case .lipReads: (.support, "Lip-reads: face them", "441092009")
        case .signLanguage: (.support, "Uses British Sign Language", "415803005")
        case .makaton: (.support, "Uses Makaton", "415805003")
        case .symbols: (.support, "Uses symbols", "719754002")
        case .photographs: (.support, "Uses photographs", "719393008")
        case .passport: (.support, "Has a communication passport: read it", "837341000000108")
        case .nonVerbal: (.support, "Communicates without words", "288583009")
        case .signInterpreter: (.professional, "Needs a British Sign Language interpreter", "204331000000107")
        case .deafblindGuide: (.professional, "Needs a deafblind communicator guide", "796201000000109")
        case .lipspeaker: (.professional, "Needs a lipspeaker", "945911000000109")
        case .speechToText: (.professional, "Needs a speech-to-text reporter", "966401000000100")
        case .advocate: (.professional, "Needs an advocate", "225835008")
        case .byTelephone: (.contact, "Reach them by telephone", "795661000000104")
        case .bySMS: (.contact, "Reach them by text message", "936701000000103")
        case .byEmail: (.contact, "Reach them by email", "936741000000100")
        case .byLetter: (.contact, "Reach them by letter", "936721000000107")
        case .throughCarer: (.contact, "Reach them through a carer", "719561001")
        case .easyRead: (.format, "Easy Read", "796161000000101")
        case .spoken: (.format, "Tell them, rather than write", "367741000000102")
        case .readOut: (.format, "Have letters read out to them", "985021000000106")
        case .print20: (.format, "Letters in 20 point or larger", "957331000000109")
        case .print24: (.format, "Letters in 24 point or larger", "957351000000102")
        case .print28: (.format, "Letters in 28 point or larger", "957371000000106")
        case .braille1: (.format, "Braille, grade 1", "936681000000100")
        case .braille2: (.format, "Braille, grade 2", "936661000000109")
        case .interpreter: (.language, "Needs an interpreter", "315594003")
        case .moreTime: (.care, "Give them more time", "1108171000000102")
        case .carerPresent: (.care, "Have their carer there", "1108151000000106")
        case .carerAsked: (.care, "Talk with their carer about how to go about it", "1325421000000100")
        case .needles: (.care, "Is afraid of needles", "231501003")
        case .pain: (.care, "Shows pain in their own way", "1108141000000108")
        case .quiet: (.place, "Needs a quiet place", "1325391000000106")
        case .lowLight: (.place, "Needs low light", "1325381000000109")
        case .wheelchair: (.place, "Needs room for a wheelchair", "1108191000000103")
        case .other: (.other, "Something else, in the words below", nil)
        case .nothing: (.other, "Was asked, and needs nothing of the kind", nil)
        }
    }

    package var group: Group { self.entry.group }
    /// What to do, for whoever is about to talk or write to them.
    package var words: String { self.entry.words }
    /// Its SNOMED CT identifier, if it has one.
    package var code: String? { self.entry.code }
}
