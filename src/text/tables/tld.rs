//! Top-level domains, from npm twitter-text 3.1.0. Written by tests/twitter/tables.mjs.

/// The names of ASCII letters: at each index those of that length, in order, one behind the other.
#[rustfmt::skip]
pub(in crate::text) const ASCII: &[&str] = &[
    "",
    "",
    "acadaeafagaialamanaoaqarasatauawaxazbabbbdbebfbgbhbibjblbmbnbobqbrbsbtbvbwbybzcacccdcfcgchcickclcmcncocrcucvcwcxcyczdedj\
     dkdmdodzeceeegehereseteufifjfkfmfofrgagbgdgegfggghgiglgmgngpgqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqirisitjejmjojpkekgkh\
     kikmknkpkrkwkykzlalblclilklrlsltlulvlymamcmdmemfmgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzompapepfpgph\
     pkplpmpnprpsptpwpyqarerorsrurwsasbscsdsesgshsisjskslsmsnsosrssstsusvsxsysztctdtftgthtjtktltmtntotptrtttvtwtzuaugukumusuy\
     uzvavcvevgvivnvuwfwsyeytzazmzw",
    "aaaabbabcacoadsaegaflaiganzaolappartawsaxabarbbcbbtbcgbcnbetbidbiobizbmsbmwbnlbomboobotboxbuybzhcabcalcamcarcatcbacbncbs\
     cebceocfacfdcomcpacrscscdaddayddsdevdhldiydnpdogdotdtvdvreatecoeduesqeusfanfitflyfoofoxfrlftrfunfyigalgapgaygdngeaglegmo\
     gmxgoogopgotgovhbohivhkthothowhtcibmiceicuifmincinginkintistitviwcjcbjcpjiojlcjlljmpjnjjotjoykfhkiakimkpnkrdlatlawldsllc\
     llplollplltdmanmapmbamcdmedmenmeomilmitmlbmlsmmamoemoimommovmsdmtnmtrnabnbanecnetnewnflngonhknownranrwnttnycobioffoneong\
     onloooorgottovhpaypetphdpidpinpncproprupubpwcqvcredrenrilrioriprunrwesapsassbisbsscascbsessewsexsfrskiskysoysrlsrtstctab\
     taxtcitdktelthdtjxtoptrvtuitvsubsunouolupsvetvigvinvipwedwinwmewowwtcwtfxinxxxxyzyouyunzip",
    "aarpableadacaeroaigoakdnallyamexarabarmyarpaarteasdaasiaaudiautobabybandbankbbvabeerbestbikebingblogbluebofabondbookbuzz\
     cafecallcampcarecarscasacasecashcbrecernchatciticityclubcoolcoopcyoudatadatedclkdealdelldesidietdishdocsdohaduckdunsdvag\
     ernifagefailfansfarmfastfiatfidofilmfirefishflirfoodfordfreefundgamegbizgentggeegiftgmbhgoldgolfgooggugeguruhairhaushdfc\
     helpherehgtvhosthsbcicbcieeeimdbimmoinfoitaujavajeepjobsjprskddikiwikpmgkredlandlegolgbtlidllifelikelimolinkliveloanloft\
     loveltdaluxemaifmeetmememenuminimintmobimodamotomtpcnamenavynewsnextniconikeolloopenpageparspccwpicspingpinkplaypluspohl\
     pornpostprodprofqponraidreadreitrentrestrichrmitroomrsvpruhrsafesalesaposarlsavesaxoscorscotseatseeksexyshawshiashopshow\
     silksinasiteskinsncfsohusongsonyspotstarsurftalktaxiteamtechtevatiaatipstowntoystubevanavisavivavivovotevotowangweirwien\
     wikiwineworkxboxyogazarazerozone",
    "actoradultaetnaamfamamicaapplearchiaudioautosazurebaidubeatsbiblebingoblackboatsbootsboschbuildcanoncardschasecheapchloe\
     ciscociticclickcloudcoachcodescrowncymrudaburdancedealsdeltadodgedrivedubaiearthedekaemailepostepsonfaithfedexfinalforex\
     forumgallogamesgiftsgivesgladeglassglobogmailgreengripegroupgucciguidehomeshondahorsehousehyattiinetikanointelirishiveco\
     jetztkoelnkyotolamerleaselegallexuslillylindelipsylixilloanslocuslottelottolupinmacysmangomediamiamimoneymoparmovienadex\
     nexusnikonninjanokianowtvomegaonionosakaparispartspartyphonephotopizzaplacepokerpraxipressprimepromoquestradiorehabreise\
     ricohrocksrodeorugbysalonsenersevensharpshellshoesskypeslingsmartsmilesolarspacesportstadastorestudystylesucksswisstatar\
     tirestiroltmalltodaytokyotoolstoraytotaltourstradetrusttunestushuubankvegasvideovistavodkavolvowaleswatchweberweiboworks\
     worldxeroxyahoozippo",
    "abarthabbottabbvieactiveafricaagencyairbusairtelalipayalsacealstomanquanaramcoauthorbayernbeautyberlinbhartiblancobostik\
     bostonbrokercameracareercaseihcasinocenterchanelchromechurchcircleclaimscliniccoffeecomseccondoscouponcreditcruisedating\
     datsundealerdegreedentaldesigndirectdoctordoosandunlopdupontdurbanemerckenergyestateeventsexpertfamilyflickrfutbolgallup\
     gardengeorgegivingglobalgooglegratishealthhermeshiphophockeyhotelshughesimamatinsureintuitjaguarjoburgjuegoskaufenkinder\
     kindlekosherlancialatinolawyerlefraklivinglockerlondonluxurymadridmaisonmakeupmarketmattelmobilemobilymonashmormonmoscow\
     museummutualnagoyanaturanissannissaynortonnowruzofficeolayanonlineoracleorangeotsukapfizerphotosphysiopiagetpictetquebec\
     racingrealtyreisenrepairreportreviewrocherrogersryukyusafetysakurasanofischoolschulesearchsecureselectshoujisoccersocial\
     streamstudiosupplysuzukiswatchsydneytaipeitaobaotargettattootennistiendatjmaxxtkmaxxtoyotatravelunicomviajesvikingvillas\
     virginvisionvotingvoyagevueloswalterwarmanwebcamxihuanxperiayachtsyandexzappos",
    "abogadoacademyagakhanalibabaandroidathletaauctionaudibleauspostaviancabanamexbauhausbentleybestbuybookingbrotherbugattic\
     apitalcaravancareerscartierchannelcharitychintaicitadelclubmedcollegecolognecomcastcompanycomparecontactcookingcorsicaco\
     untrycouponscoursescricketcruisesdentistdigitaldomainsexposedexpressfarmersfashionferrariferrerofinancefishingfitnessfli\
     ghtsfloristflowersforsalefrogansfujitsugallerygentinggodaddygroceryguitarshamburghangouthitachiholidayhostinghoteleshotm\
     ailhyundaiiselectismailijewelryjuniperkitchenkomatsulacaixalancomelanxesslasallelatrobeleclercliaisonlimitedlincolnmarke\
     tsmetlifemonsternetbanknetflixnetworkneustarokinawaoldnavyorganicoriginspaneraiphilipspioneerpolitierealtorrecipesrental\
     sreviewsrexrothsamsungsandvikschmidtschwarzscienceshikshashriramsinglesspiegelstaplesstarhubstatoilstoragesupportsurgery\
     systemstemasektheatertheatreticketstiffanytoshibatradingwalmartwanggouwatchesweatherwebsiteweddingwhoswhowindowswinnersx\
     finityyamaxunyoutubezuerich",
    "abudhabiairforceallstateattorneybarclaysbarefootbargainsbaseballboutiquebradescobroadwaybrusselsbudapestbuildersbusiness\
     capetowncateringcatholicchryslerciprianicityeatscleaningcliniqueclothingcommbankcomputerdeliverydeloittedemocratdiamonds\
     discountdiscoverdownloadengineerericssonesuranceetisalateverbankexchangefeedbackfidelityfirmdaleflsmidthfootballfrontier\
     goodyeargraingergraphicsguardianhdfcbankhelsinkiholdingshospitalinfinitiipirangaistanbuljpmorganlightinglundbeckmarriott\
     maseratimckinseymemorialmerckmsdmortgagemovistarmutuelleobserverpartnerspharmacypicturesplumbingpropertyredstonereliance\
     saarlandsamsclubsecurityservicesshoppingshowtimesoftbanksoftwarestcgroupsuppliessymantectelecitytraininguconnectvanguard\
     venturesverisignwoodsideyokohama",
    "accenturealfaromeoallfinanzamsterdamanalyticsaquarellebarcelonabloombergchristmascommunitydirectoryeducationequipmentfai\
     rwindsfinancialfirestonefreseniusfrontdoorfujixeroxfurnituregoldpointgoodhandshisamitsuhomedepothomegoodshomesensehoneyw\
     ellinstituteinsurancekuokgroupladbrokeslancasterlandroverlifestylemarketingmarshallsmcdonaldsmelbournemicrosoftmontblanc\
     panasonicpassagenspramericarichardliscjohnsonshangrilasolutionsstatebankstatefarmstockholmtravelersvacationsyodobashi",
    "accountantapartmentsassociatesbasketballbnpparibasboehringercapitaloneconsultingcreditcardcuisinellaeurovisionextraspace\
     foundationhealthcareimmobilienindustriesmanagementmitsubishinationwidenewhollandnextdirectonyoursidepropertiesprotection\
     prudentialrealestaterepublicanrestaurantschaefflerswiftcovertatamotorstechnologytelefonicauniversityvistaprintvlaanderen\
     volkswagen",
    "accountantsbarclaycardblackfridayblockbusterbridgestonecalvinkleincontractorscreditunionengineeringenterprisesfoodnetwor\
     kinvestmentskerryhotelslamborghinimotorcyclesolayangroupphotographyplaystationproductionsprogressiveredumbrellarightatho\
     mewilliamhill",
    "constructionlplfinancialpamperedchefscholarshipsversicherung",
    "internationallifeinsuranceorientexpressspreadbettingtravelchannelwolterskluwer",
    "afamilycompanyamericanfamilybananarepubliccancerresearchcookingchannelkerrylogisticsweatherchannel",
    "americanexpresskerrypropertiessandvikcoromant",
    "",
    "",
    "northwesternmutualtravelersinsurance",
];

/// The other names, in lower case.
#[rustfmt::skip]
pub(in crate::text) const OTHER: &[&str] = &[
    "한국", "삼성", "닷컴", "닷넷", "香港", "香格里拉", "餐厅", "食品", "飞利浦", "電訊盈科", "集团", "通販", "购物", "谷歌", "诺基亚", "联通", "网络", "网站", "网店", "网址",
    "组织机构", "移动", "珠宝", "点看", "澳門", "游戏", "淡马锡", "机构", "書籍", "时尚", "新闻", "新加坡", "政府", "政务", "招聘", "手表", "手机", "我爱你", "慈善", "微博",
    "广东", "工行", "家電", "娱乐", "天主教", "大拿", "大众汽车", "在线", "嘉里大酒店", "嘉里", "商标", "商店", "商城", "台灣", "台湾", "公益", "公司", "八卦", "健康", "信息",
    "佛山", "企业", "中文网", "中國", "中国", "中信", "世界", "ポイント", "ファッション", "セール", "ストア", "コム", "グーグル", "クラウド", "みんな", "გე", "ລາວ", "ไทย",
    "คอม", "ලංකා", "ഭാരതം", "ಭಾರತ", "భారత్", "சிங்கப்பூர்", "இலங்கை", "இந்தியா", "ଭାରତ", "ભારત", "ਭਾਰਤ", "ভাৰত", "ভারত", "বাংলা",
    "संगठन", "भारोत", "भारतम्", "भारत", "नेट", "कॉम", "ڀارت", "پاکستان", "همراه", "موقع", "موريتانيا", "موبايلي", "مليسيا", "مصر",
    "كوم", "كاثوليك", "قطر", "فلسطين", "عمان", "عرب", "عراق", "شبكة", "سورية", "سودان", "تونس", "بھارت", "بيتك", "بازار", "بارت",
    "ایران", "امارات", "المغرب", "العليان", "السعودية", "الجزائر", "البحرين", "الاردن", "ارامكو", "اتصالات", "ابوظبي", "קום", "հայ",
    "қаз", "укр", "срб", "сайт", "рф", "рус", "орг", "онлайн", "москва", "мон", "мкд", "ком", "католик", "ею", "дети", "бел", "бг",
    "ευ", "ελ", "vermögensberatung", "vermögensberater",
];
